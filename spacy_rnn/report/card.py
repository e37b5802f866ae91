"""A model card (Mitchell et al. 2019): what a pipeline does, how well, from what, its limits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, Iterator, List, NamedTuple, Tuple

from spacy import util
from spacy.language import Language

from ..safety.manifest import renew_entry
from .page import label_tables

# Below this F-score a label is named among the limits.
WEAK = 0.5
SHOWN_LABELS = 40
UNKNOWN = "Not stated."

# By factory: what a component does, and what it cannot.
KNOWN: Dict[str, Tuple[str, str]] = {
    "rnn_ner": (
        "marks entities in `doc.ents`",
        "It finds entities of its labels only, and none inside another.",
    ),
    "rnn_textcat": (
        "gives each text one category, in `doc.cats`",
        "It chooses one of its categories for every text, also where none of them fits.",
    ),
    "rnn_textcat_multilabel": (
        "gives each text any number of categories, in `doc.cats`",
        "Categories that are in none of the training texts are never given.",
    ),
    "rnn_summarizer": (
        "writes a text about each text, in `doc._.{attr}`",
        "What it writes may be fluent and wrong: it can leave out, repeat or mix up what the "
        "source says.",
    ),
}


class Facts(NamedTuple):
    """What the pipeline itself does not know.

    scores: as `nlp.evaluate` gives them. measured_on: the corpus of the scores.
    data: of the training, with its source. licence: of the pipeline. limits: further ones.
    """

    scores: Dict[str, Any]
    measured_on: str
    data: str = ""
    licence: str = ""
    limits: str = ""


def write_card(model: Path, facts: Facts) -> Path:
    """Write README.md into a saved pipeline, and licence and data into its meta.json.

    `spacy package` takes both over. RETURNS: the card's path.
    RAISES: OSError if there is no pipeline.
    """
    nlp = util.load_model(model)
    meta_file = model / "meta.json"
    meta = json.loads(meta_file.read_text(encoding="utf8"))
    meta["license"] = facts.licence or meta.get("license", "")
    if facts.data:
        meta["sources"] = [facts.data]
    meta_file.write_text(json.dumps(meta, indent=2, ensure_ascii=False), encoding="utf8")
    renew_entry(model, "meta.json")
    card = model / "README.md"
    card.write_text(model_card(nlp, facts), encoding="utf8")
    return card


def model_card(nlp: Language, facts: Facts) -> str:
    """RETURNS: Markdown."""
    name = f"{nlp.meta['lang']}_{nlp.meta['name']}"
    sections = {
        "What it does": "\n".join(_components(nlp)),
        "How to use it": f'```python\nimport spacy\n\nnlp = spacy.load("{name}")\n'
        'doc = nlp("A text.")\n```',
        "Scores": "\n".join(_scores(facts)),
        "Training data": facts.data or UNKNOWN,
        "Limits": "\n".join(f"- {limit}" for limit in _limits(nlp, facts)),
        "Licence": facts.licence or nlp.meta.get("license") or UNKNOWN,
    }
    description = nlp.meta.get("description")
    parts = [f"# {name}\n", *([f"{description}\n"] if description else [])]
    parts += [f"## {title}\n\n{text}\n" for title, text in sections.items()]
    return "\n".join(parts)


def _factories(nlp: Language) -> Iterator[Tuple[str, Any, str]]:
    for name, pipe in nlp.pipeline:
        yield name, pipe, nlp.get_pipe_meta(name).factory


def _components(nlp: Language) -> Iterator[str]:
    for name, pipe, factory in _factories(nlp):
        does = KNOWN.get(factory, (f"component `{factory}`", ""))[0]
        yield f"- `{name}` {does.format(attr=getattr(pipe, 'attr', ''))}{_labels(pipe)}"
    yield f"\nLanguage: `{nlp.lang}`. spaCy {nlp.meta['spacy_version']}."


def _labels(pipe: Any) -> str:
    labels = list(getattr(pipe, "labels", None) or [])
    more = f" and {len(labels) - SHOWN_LABELS} more" if len(labels) > SHOWN_LABELS else ""
    shown = ", ".join(f"`{label}`" for label in labels[:SHOWN_LABELS])
    return f": {shown}{more}" if labels else ""


def _scores(facts: Facts) -> Iterator[str]:
    yield f"Measured on {facts.measured_on}.\n"
    yield "| score | value |\n|---|---:|"
    for name, value in facts.scores.items():
        if isinstance(value, (int, float)) and not name.startswith(("token_", "speed")):
            yield f"| {name} | {value:.4f} |"
    for table in label_tables(facts.scores).values():
        yield "\n| label | precision | recall | F-score |\n|---|---:|---:|---:|"
        for label, *numbers in table:
            yield f"| {label} | {' | '.join(f'{number:.3f}' for number in numbers)} |"


def _limits(nlp: Language, facts: Facts) -> List[str]:
    limits = [KNOWN[factory][1] for _, _, factory in _factories(nlp) if factory in KNOWN]
    tables = label_tables(facts.scores).values()
    weak = [row[0] for table in tables for row in table if row[-1] < WEAK]
    if weak:
        limits.append(f"These labels are often wrong (F-score below {WEAK}): {', '.join(weak)}.")
    limits.append(
        "The scores hold for texts like those that it was trained on; on others expect less. It "
        "knows nothing but its training data, and repeats what is one-sided in them."
    )
    return limits + ([facts.limits] if facts.limits else [])
