"""Tables of systems: ours beside the best other one, and variants of ours."""

from __future__ import annotations

from statistics import mean
from typing import Dict, List, Sequence

from .entities import ENTITIES
from .rows import OURS, Figure, Rows, table

WITH_VECTORS, LARGE = f"{OURS}-vectors", f"{OURS}-large"
FIGURES = (
    *(Figure(f"{title}, entity F", "ner", corpus, "ents_f") for corpus, title in ENTITIES.items()),
    Figure("Banking77, accuracy", "textcat", "banking77", "accuracy"),
    Figure("Banking77, ten texts a class, accuracy", "textcat", "banking77_10", "accuracy"),
    Figure("CLINC150, accuracy in scope", "textcat", "clinc150", "accuracy_in_scope"),
    Figure(
        "GoEmotions, macro F, tuned thresholds", "textcat_multilabel", "goemotions", "macro_f_tuned"
    ),
    Figure(
        "arXiv categories, micro F, tuned thresholds",
        "textcat_multilabel",
        "arxiv",
        "micro_f_tuned",
    ),
    Figure(
        "arXiv categories, macro F, tuned thresholds",
        "textcat_multilabel",
        "arxiv",
        "macro_f_tuned",
    ),
    Figure("arXiv titles, ROUGE-1", "summarize", "arxiv", "rouge1"),
    Figure("Tatoeba German-English, BLEU", "translate", "tatoeba", "bleu"),
)
UNSEEN = "recall of entities that training lacks"
VECTORS = tuple(
    Figure(f"{ENTITIES[corpus]}, {title}", "ner", corpus, metric)
    for corpus in ("bc5cdr", "wnut17")
    for title, metric in (("entity F", "ents_f"), (UNSEEN, "ents_r_unseen"))
)
TITLES = tuple(
    Figure(f"arXiv titles, ROUGE-{n}", "summarize", "arxiv", f"rouge{n.lower()}") for n in "12L"
)


def best_table(rows: Rows) -> str:
    """RETURNS: our scores, the best others', and CPU seconds of training."""
    head = ["test set", "spacy-rnn", "CPU s", "best of the others", "", "CPU s"]
    measured = [figure for figure in FIGURES if figure.values(rows, OURS)]
    return table(head, [[figure.title, *_compared(rows, figure)] for figure in measured])


def vectors_table(rows: Rows) -> str:
    """RETURNS: what word vectors of one's own texts are worth to entities."""
    return _variants(rows, VECTORS, {OURS: "without", WITH_VECTORS: "with"})


def large_table(rows: Rows) -> str:
    """RETURNS: what more time of training is worth to summaries."""
    systems = {OURS: "`summarizer.cfg`", LARGE: "two of `summarizer_large.cfg`"}
    return _variants(rows, TITLES, systems)


def _compared(rows: Rows, figure: Figure) -> List[str]:
    ours = [figure.score(rows, OURS), figure.cost(rows, OURS)]
    scores = {system: mean(figure.values(rows, system)) for system in _others(rows, figure)}
    if not scores:
        return [*ours, "none was run", "", ""]
    best = max(scores, key=lambda system: scores[system])
    return [*ours, figure.score(rows, best), best, figure.cost(rows, best)]


def _others(rows: Rows, figure: Figure) -> List[str]:
    found = {row["system"] for row in rows}
    # Variants of ours are neither ours nor the others.
    others = sorted(system for system in found if not system.startswith(OURS))
    return [system for system in others if figure.values(rows, system)]


def _variants(rows: Rows, figures: Sequence[Figure], systems: Dict[str, str]) -> str:
    """systems: their heads in the table."""
    heads = [cell for head in systems.values() for cell in (head, "CPU s")]
    lines = [
        [
            figure.title,
            *(
                cell
                for system in systems
                for cell in (figure.score(rows, system), figure.cost(rows, system))
            ),
        ]
        for figure in figures
    ]
    return table(["test set", *heads], lines)
