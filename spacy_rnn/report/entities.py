"""What can be found out about a component that marks entities."""

from __future__ import annotations

from collections import Counter
from typing import Any, Dict, Iterable, List, NamedTuple, Sequence, Set, Tuple

import numpy as np
from spacy.tokens import Doc
from spacy.training import Example

from ..layers.torch_bridge import numpy_of
from ..pipeline.ner.entity_layers import EntityLayer, entity_layer
from ..pipeline.ner.judgement import judge
from ..viz.confusion import plot_confusion
from ..viz.label_scores import LabelScore, plot_label_scores
from ..viz.reliability import plot_reliability
from ..viz.transitions import plot_transitions
from .findings import SHOWN, Findings, Judged, Line, Piece, Plot, f_score

Triple = Tuple[int, int, str]
NONE = "(no entity)"
# "O" and all tags of the first labels, whichever the scheme is.
DRAWN = 61


class Marked(NamedTuple):
    """One text: entities as (start, end, label) of the predicted doc's tokens."""

    doc: Doc
    gold: Set[Triple]
    found: Set[Triple]


def find_out(name: str, pipe: Any, examples: Sequence[Example]) -> Findings:
    """pipe: `rnn_ner`, or another component that writes `doc.ents`. examples: with predictions."""
    cfg = getattr(pipe, "cfg", {})
    layer = entity_layer(cfg.get("annotates", "ents"), cfg.get("spans_key") or "")
    annotated = [example for example in examples if layer.is_annotated(example.reference)]
    marked = [_marked(example, layer) for example in annotated]
    plots = [*_label_plots(marked), *_reliability(annotated, cfg.get("spans_key"), layer)]
    if hasattr(pipe, "scheme") and annotated:
        plots.append(_transitions(pipe, annotated[0].predicted))
    judged = [_judged(text) for text in marked if text.gold or text.found]
    return Findings(name, "F-score of the entities of a text", plots, judged)


def _marked(example: Example, layer: EntityLayer) -> Marked:
    known = layer.read(example)
    gold = example.get_aligned_spans_y2x(list(known.entities) if known else [])
    doc = example.predicted
    found = doc.spans.get(layer.key, []) if hasattr(layer, "key") else doc.ents
    return Marked(doc, set(map(_triple, gold)), set(map(_triple, found)))


def _triple(span: Any) -> Triple:
    return span.start, span.end, span.label_


def _label_plots(marked: Sequence[Marked]) -> Iterable[Plot]:
    wanted = Counter(label for text in marked for _, _, label in text.gold)
    found = Counter(label for text in marked for _, _, label in text.found)
    right = Counter(label for text in marked for _, _, label in text.gold & text.found)
    labels = sorted({*wanted, *found})
    if not labels:
        return
    scores = [
        LabelScore(x, right[x] / max(1, found[x]), right[x] / max(1, wanted[x]), wanted[x])
        for x in labels
    ]
    yield Plot("labels", "Precision and recall of each label.", plot_label_scores(scores))
    yield Plot(
        "confusion",
        "Entities with exactly the same words: what they are, and what they were taken for.",
        plot_confusion(_confusion(marked, labels), [*labels, NONE]),
    )


def _confusion(marked: Sequence[Marked], labels: Sequence[str]) -> np.ndarray:
    places = {label: i for i, label in enumerate([*labels, NONE])}
    counts = np.zeros((len(places), len(places)), dtype=int)
    for text in marked:
        gold: Dict[Tuple[int, int], str] = {span[:2]: span[2] for span in text.gold}
        found = {span[:2]: span[2] for span in text.found}
        for place in {*gold, *found}:
            counts[places[gold.get(place, NONE)], places[found.get(place, NONE)]] += 1
    return counts


def _reliability(examples: Sequence[Example], key: Any, layer: EntityLayer) -> Iterable[Plot]:
    if not key:
        return
    scored = []
    for example in examples:
        group = example.predicted.spans.get(key, [])
        scored.append(list(zip(map(_triple, group), group.attrs["scores"])) if group else [])
    judged = judge(examples, scored, layer)
    if len(judged.probabilities):
        yield Plot(
            "reliability",
            "Whether entities are as often right as their probability says.",
            plot_reliability(judged.probabilities, judged.correct),
        )


def _transitions(pipe: Any, doc: Doc) -> Plot:
    scores = numpy_of(pipe.model.predict([doc]).transitions)
    tags = pipe.scheme.tags[:DRAWN]
    legal = pipe.scheme.legal.transitions
    size = len(tags)
    figure = plot_transitions(scores[:size, :size], legal[:size, :size], tags)
    return Plot("transitions", "What the layer has learnt about the order of tags.", figure)


def _judged(text: Marked) -> Judged:
    score = f_score(len(text.gold & text.found), len(text.found), len(text.gold))
    lines = [
        Line("gold", _pieces(text.doc, text.gold)),
        Line("found", _pieces(text.doc, text.found)),
    ]
    return Judged(score, len(text.gold | text.found), lines)


def _pieces(doc: Doc, entities: Set[Triple]) -> List[Piece]:
    pieces, at = [], 0
    for start, end, label in sorted(entities):
        if at <= start < SHOWN:
            pieces += [Piece(doc[at:start].text_with_ws), Piece(doc[start:end].text, label)]
            pieces.append(Piece(doc[end - 1].whitespace_))
            at = end
    if at < SHOWN:
        pieces.append(Piece(doc[at:SHOWN].text))
    return pieces + [Piece(" …")] * (len(doc) > max(at, SHOWN))
