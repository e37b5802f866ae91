"""Write the tables of results, in the README and in guides, from the rows that
benchmarks/accuracy.py measured."""

import re
from pathlib import Path
from statistics import mean, stdev
from typing import Any, Dict, List, NamedTuple, Sequence

import srsly
import typer

ROOT = Path(__file__).parent.parent
MARKS = re.compile(r"(<!-- results -->\n).*(<!-- /results -->)", flags=re.S)
OURS = "spacy-rnn"
WITH_VECTORS, LARGE = f"{OURS}-vectors", f"{OURS}-large"


class Figure(NamedTuple):
    """One line of the table: a corpus and the metric by which its systems are compared."""

    title: str
    task: str
    corpus: str
    metric: str


FIGURES = (
    Figure("BC5CDR, entity F", "ner", "bc5cdr", "ents_f"),
    Figure("NCBI-disease, entity F", "ner", "ncbi_disease", "ents_f"),
    Figure("Broad Twitter, entity F", "ner", "broad_twitter", "ents_f"),
    Figure("WNUT-17, entity F", "ner", "wnut17", "ents_f"),
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


def main(
    results: Path = typer.Argument(ROOT / "benchmarks" / "results" / "accuracy.json"),
    root: Path = typer.Argument(ROOT, help="Where README.md and docs lie"),
) -> None:
    """Put the tables between the marks in the README and the guides."""
    rows = srsly.read_json(results)
    guides = root / "docs" / "guides"
    tables = {
        root / "README.md": results_table(rows),
        guides / "ner.md": variant_table(rows, VECTORS, {OURS: "without", WITH_VECTORS: "with"}),
        guides / "summarization.md": variant_table(
            rows, TITLES, {OURS: "`summarizer.cfg`", LARGE: "two of `summarizer_large.cfg`"}
        ),
    }
    for page, table in tables.items():
        text = page.read_text(encoding="utf8")
        filled = MARKS.sub(lambda marks, table=table: marks[1] + table + marks[2], text)
        page.write_text(filled, encoding="utf8")


def variant_table(
    rows: List[Dict[str, Any]], figures: Sequence[Figure], systems: Dict[str, str]
) -> str:
    """RETURNS: a Markdown table of scores and CPU seconds. systems: their heads in the table."""
    heads = [cell for head in systems.values() for cell in (head, "CPU s")]
    lines = [f"| test set | {' | '.join(heads)} |", "|---" * (1 + len(heads)) + "|"]
    for figure in figures:
        cells = [cell for system in systems for cell in _cells(rows, figure, system)]
        lines.append(f"| {figure.title} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def results_table(rows: List[Dict[str, Any]]) -> str:
    """RETURNS: a Markdown table of our scores, the best others', and CPU seconds of training."""
    lines = [
        "| test set | spacy-rnn | CPU s | best of the others | | CPU s |",
        "|---|---|---|---|---|---|",
    ]
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
        lines.append(f"| {figure.title} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


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
