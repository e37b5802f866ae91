"""Write the tables of results, in the README and in guides, from the rows that the benchmarks
measured."""

import re
from pathlib import Path
from statistics import mean, stdev
from typing import Any, Dict, List, NamedTuple, Sequence

import srsly
import typer

ROOT = Path(__file__).parent.parent
PAGES = ("README.md", "docs/guides/ner.md", "docs/guides/summarization.md")
MARKS = re.compile(r"(<!-- results: (\w+) -->\n).*?(<!-- /results -->)", flags=re.S)
OURS = "spacy-rnn"
WITH_VECTORS, LARGE = f"{OURS}-vectors", f"{OURS}-large"


class Figure(NamedTuple):
    """One line of the table: a corpus and the metric by which its systems are compared."""

    title: str
    task: str
    corpus: str
    metric: str


ENTITIES = {
    "bc5cdr": "BC5CDR",
    "ncbi_disease": "NCBI-disease",
    "broad_twitter": "Broad Twitter",
    "wnut17": "WNUT-17",
}
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
# In guides: what a variant of ours is worth.
VECTORS = (
    Figure("BC5CDR, entity F", "ner", "bc5cdr", "ents_f"),
    Figure("BC5CDR, recall of entities that training lacks", "ner", "bc5cdr", "ents_r_unseen"),
    Figure("WNUT-17, entity F", "ner", "wnut17", "ents_f"),
    Figure("WNUT-17, recall of entities that training lacks", "ner", "wnut17", "ents_r_unseen"),
)
TITLES = tuple(
    Figure(f"arXiv titles, ROUGE-{n}", "summarize", "arxiv", f"rouge{n.lower()}") for n in "12L"
)


# Of entities: the probability from which on they are kept, and what the pages call it.
LEVELS = {"": "chosen", "_at_0.4": "0.4", "_at_0.6": "0.6", "_at_0.8": "0.8"}


def main(
    results: Path = typer.Argument(ROOT / "benchmarks" / "results", help="Where the rows lie"),
    root: Path = typer.Argument(ROOT, help="Where README.md and docs lie"),
) -> None:
    """Put each table between its marks in the README and the guides."""
    rows = srsly.read_json(results / "accuracy.json")
    tables = {
        "best": results_table(rows),
        "vectors": variant_table(rows, VECTORS, {OURS: "without", WITH_VECTORS: "with"}),
        "large": variant_table(
            rows, TITLES, {OURS: "`summarizer.cfg`", LARGE: "two of `summarizer_large.cfg`"}
        ),
        "unseen": unseen_table(rows),
        "confidence": confidence_table(rows),
        "label_shift": label_shift_table(srsly.read_json(results / "third_source.json")),
    }
    for page in PAGES:
        text = (root / page).read_text(encoding="utf8")
        filled = MARKS.sub(lambda marks: marks[1] + tables[marks[2]] + marks[3], text)
        (root / page).write_text(filled, encoding="utf8")


def unseen_table(rows: List[Dict[str, Any]]) -> str:
    """RETURNS: a Markdown table of the recall of entities that training lacks."""
    systems = {OURS: "`configs/ner.cfg`", "spacy-cnn": "CNN", "spacy-bilstm": "BiLSTM"}
    lines = _head(["test set", *systems.values()])
    for corpus, title in ENTITIES.items():
        means = (_mean(rows, corpus, system, "ents_r_unseen") for system in systems)
        lines.append(_line([title, *(f"{value:.0f}" for value in means)]))
    return "\n".join(lines) + "\n"


def confidence_table(rows: List[Dict[str, Any]]) -> str:
    """RETURNS: a Markdown table of calibration errors, and of precision and recall by threshold."""
    lines = _head(["test set", "calibration error", "by chance", *LEVELS.values()])
    for corpus, title in ENTITIES.items():
        errors = [_mean(rows, corpus, OURS, f"ents_ece{by}") for by in ("", "_by_chance")]
        kept = (
            " / ".join(_percent(rows, corpus, f"ents_{part}{level}") for part in "pr")
            for level in LEVELS
        )
        lines.append(_line([title, *(f"{error:.1f}" for error in errors), *kept]))
    return "\n".join(lines) + "\n"


def label_shift_table(rows: List[Dict[str, Any]]) -> str:
    """RETURNS: a Markdown table of what calibration on one source is worth for another."""
    values = {
        name: mean(row["value"] for row in rows if row["name"] == name)
        for name in {row["name"] for row in rows}
    }
    shifts = sorted({name.split("/")[1] for name in values}, key=float)
    lines = _head(["`label_shift`", "F, third source", "error", "F, the dev corpus's", "error"])
    for shift in shifts:
        cells = (
            f"{values[f'{source}/{shift}/{metric}']:.1f}"
            for source in ("third_source", "fitted_source")
            for metric in ("ents_f", "ents_ece")
        )
        lines.append(_line([shift, *cells]))
    return "\n".join(lines) + "\n"


def variant_table(
    rows: List[Dict[str, Any]], figures: Sequence[Figure], systems: Dict[str, str]
) -> str:
    """RETURNS: a Markdown table of scores and CPU seconds. systems: their heads in the table."""
    heads = [cell for head in systems.values() for cell in (head, "CPU s")]
    lines = _head(["test set", *heads])
    for figure in figures:
        cells = [cell for system in systems for cell in _cells(rows, figure, system)]
        lines.append(_line([figure.title, *cells]))
    return "\n".join(lines) + "\n"


def results_table(rows: List[Dict[str, Any]]) -> str:
    """RETURNS: a Markdown table of our scores, the best others', and CPU seconds of training."""
    lines = _head(["test set", "spacy-rnn", "CPU s", "best of the others", "", "CPU s"])
    for figure in FIGURES:
        if not _values(rows, figure, OURS, figure.metric):
            continue
        cells = [*_cells(rows, figure, OURS), "none was run", "", ""]
        scores = {
            system: mean(_values(rows, figure, system, figure.metric))
            for system in _others(rows, figure)
        }
        if scores:
            best = max(scores, key=lambda system: scores[system])
            shown, seconds = _cells(rows, figure, best)
            cells[2:] = [shown, best, seconds]
        lines.append(_line([figure.title, *cells]))
    return "\n".join(lines) + "\n"


def _head(cells: Sequence[str]) -> List[str]:
    return [_line(cells), "|---" * len(cells) + "|"]


def _line(cells: Sequence[str]) -> str:
    # An empty cell has one blank, as Markdown formatters have it.
    return "|" + "|".join(f" {cell} " if cell else " " for cell in cells) + "|"


def _mean(rows: List[Dict[str, Any]], corpus: str, system: str, metric: str) -> float:
    """Of entities, over the seeds that have such a row."""
    return mean(_values(rows, Figure("", "ner", corpus, metric), system, metric))


def _percent(rows: List[Dict[str, Any]], corpus: str, metric: str) -> str:
    """Of entities of ours. There is no precision where no seed found an entity so sure."""
    values = _values(rows, Figure("", "ner", corpus, metric), OURS, metric)
    return f"{mean(values):.0f}" if values else "-"


def _others(rows: List[Dict[str, Any]], figure: Figure) -> List[str]:
    wanted = (figure.task, figure.corpus, figure.metric)
    found = {row["system"] for row in rows if (row["task"], row["corpus"], row["metric"]) == wanted}
    # Variants of ours are neither ours nor the others.
    return sorted(system for system in found if not system.startswith(OURS))


def _cells(rows: List[Dict[str, Any]], figure: Figure, system: str) -> List[str]:
    """The mean over the seeds, with its standard deviation where there are several; CPU seconds."""
    values = _values(rows, figure, system, figure.metric)
    spread = f" ± {stdev(values):.1f}" if len(values) > 1 else ""
    seconds = mean(_values(rows, figure, system, "train_cpu"))
    return [f"{mean(values):.1f}{spread}", f"{seconds:.0f}"]


def _values(rows: List[Dict[str, Any]], figure: Figure, system: str, metric: str) -> List[float]:
    wanted = (figure.task, figure.corpus, system, metric)
    keys = ("task", "corpus", "system", "metric")
    return [row["value"] for row in rows if tuple(row[key] for key in keys) == wanted]


if __name__ == "__main__":
    typer.run(main)
