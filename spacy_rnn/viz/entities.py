"""Entities in their text, with how sure the pipeline is of each: displaCy's pages with numbers."""

from __future__ import annotations

from html import escape
from typing import Any, Dict, List, Optional

from spacy import displacy
from spacy.displacy.render import DEFAULT_LABEL_COLORS
from spacy.tokens import Doc

from ..annotations import declare_confidence

# displaCy's own box; the fainter, the less probable.
ENTITY = """
<mark class="entity" style="background: color-mix(in srgb, {bg} {strength}%, transparent);
 padding: 0.45em 0.6em; margin: 0 0.25em; line-height: 1; border-radius: 0.35em;">
    {text}
    <span style="font-size: 0.8em; font-weight: bold; line-height: 1; border-radius: 0.35em;
 vertical-align: middle; margin-left: 0.5rem">{label} {confidence}</span>
</mark>
"""
FAINTEST = 20
NO_BREAK = "\u00a0"


def render_entities(
    doc: Doc,
    spans_key: Optional[str] = None,
    *,
    page: bool = False,
    jupyter: Optional[bool] = None,
    colors: Optional[Dict[str, str]] = None,
) -> Optional[str]:
    """Draw `doc.ents`, or a group of `doc.spans` whose spans may overlap, with confidences.

    spans_key: the group, such as all candidates above `p_min`. None: `doc.ents`.
    page: a whole HTML page in place of a fragment.
    jupyter: show it there and return nothing. None: where there is a notebook.
    colors: a CSS colour for each label that shall not have displaCy's.
    RETURNS: HTML. An entity without a probability, such as one from a rule, bears none.
    RAISES: ValueError naming a group that the doc does not have.
    """
    declare_confidence()
    chosen = {label.upper(): color for label, color in (colors or {}).items()}
    options: Dict[str, Any] = {"colors": chosen}
    if spans_key is None:
        drawn, style = _entities(doc), "ent"
        options["template"] = ENTITY
    elif spans_key in doc.spans:
        drawn, style = _layers(doc, spans_key), "span"
        options["colors"] = _colors_of_layers(drawn, chosen)
    else:
        raise ValueError(
            f"The doc has no spans[{spans_key!r}], only {sorted(doc.spans)}: set the component's "
            "spans_key."
        )
    return displacy.render(
        drawn, style=style, manual=True, page=page, jupyter=jupyter, options=options
    )


def _entities(doc: Doc) -> Dict[str, Any]:
    entities = []
    for span in doc.ents:
        chance = span._.confidence
        strength = 100 if chance is None else round(FAINTEST + (100 - FAINTEST) * chance)
        entities.append(
            {
                "start": span.start_char,
                "end": span.end_char,
                "label": escape(span.label_),
                "params": {"confidence": _number(chance), "strength": strength},
            }
        )
    return {"text": doc.text, "ents": entities, "title": None}


def _layers(doc: Doc, key: str) -> Dict[str, Any]:
    spans: List[Dict[str, Any]] = [
        {
            "start_token": span.start,
            "end_token": span.end,
            "label": escape(span.label_) + NO_BREAK + _number(span._.confidence),
        }
        for span in doc.spans[key]
    ]
    # displaCy escapes tokens itself, and does not escape labels.
    tokens = [token.text for token in doc]
    return {"text": doc.text, "spans": spans, "tokens": tokens, "title": None}


def _number(chance: Optional[float]) -> str:
    return "" if chance is None else f"{chance:.2f}"


def _colors_of_layers(drawn: Dict[str, Any], chosen: Dict[str, str]) -> Dict[str, str]:
    """displaCy looks colours up by all that stands in a label, the number included."""
    known = {**DEFAULT_LABEL_COLORS, **chosen}
    labels = (span["label"] for span in drawn["spans"])
    colors = {label: known.get(label.rsplit(NO_BREAK, 1)[0].upper()) for label in labels}
    return {label: color for label, color in colors.items() if color}
