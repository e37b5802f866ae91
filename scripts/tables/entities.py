"""Tables of entities: those that training lacks, how sure they are, what calibration carries."""

from __future__ import annotations

from statistics import mean

from .rows import OURS, Figure, Rows, table

ENTITIES = {
    "bc5cdr": "BC5CDR",
    "ncbi_disease": "NCBI-disease",
    "broad_twitter": "Broad Twitter",
    "wnut17": "WNUT-17",
}
SYSTEMS = {OURS: "`configs/ner.cfg`", "spacy-cnn": "CNN", "spacy-bilstm": "BiLSTM"}
# The probability from which on entities are kept, and what the pages call it.
LEVELS = {"": "chosen", "_at_0.4": "0.4", "_at_0.6": "0.6", "_at_0.8": "0.8"}


def unseen_table(rows: Rows) -> str:
    """RETURNS: the recall of entities that training lacks."""
    lines = [
        [title, *(_percent(rows, corpus, "ents_r_unseen", system) for system in SYSTEMS)]
        for corpus, title in ENTITIES.items()
    ]
    return table(["test set", *SYSTEMS.values()], lines)


def confidence_table(rows: Rows) -> str:
    """RETURNS: calibration errors, and precision and recall by threshold."""
    lines = []
    for corpus, title in ENTITIES.items():
        errors = (_percent(rows, corpus, f"ents_ece{by}", digits=1) for by in ("", "_by_chance"))
        kept = (
            " / ".join(_percent(rows, corpus, f"ents_{part}{level}") for part in "pr")
            for level in LEVELS
        )
        lines.append([title, *errors, *kept])
    return table(["test set", "calibration error", "by chance", *LEVELS.values()], lines)


def label_shift_table(rows: Rows) -> str:
    """rows: of third_source.json. RETURNS: what calibrating on one source does for another."""
    names = {row["name"] for row in rows}
    values = {name: mean(r["value"] for r in rows if r["name"] == name) for name in names}
    head = ["`label_shift`", "F, third source", "error", "F, the dev corpus's", "error"]
    lines = []
    for shift in sorted({name.split("/")[1] for name in names}, key=float):
        cells = (
            f"{values[f'{source}/{shift}/{metric}']:.1f}"
            for source in ("third_source", "fitted_source")
            for metric in ("ents_f", "ents_ece")
        )
        lines.append([shift, *cells])
    return table(head, lines)


def _percent(rows: Rows, corpus: str, metric: str, system: str = OURS, digits: int = 0) -> str:
    """The mean over the seeds; a dash if none has such a row: there is no precision where nothing
    was found."""
    values = Figure("", "ner", corpus, metric).values(rows, system)
    return f"{mean(values):.{digits}f}" if values else "-"
