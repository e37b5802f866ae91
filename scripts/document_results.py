"""Write the tables of results, in the README and in guides, from the rows that the benchmarks
measured."""

import re
from pathlib import Path

import srsly
import typer
from tables.entities import confidence_table, label_shift_table, unseen_table
from tables.systems import best_table, large_table, vectors_table

ROOT = Path(__file__).parent.parent
PAGES = ("README.md", "docs/guides/ner.md", "docs/guides/summarization.md")
MARKS = re.compile(r"(<!-- results: (\w+) -->\n).*?(<!-- /results -->)", flags=re.S)
# What a mark names: the table, and the file that it is made from.
TABLES = {
    "best": (best_table, "accuracy.json"),
    "vectors": (vectors_table, "accuracy.json"),
    "large": (large_table, "accuracy.json"),
    "unseen": (unseen_table, "accuracy.json"),
    "confidence": (confidence_table, "accuracy.json"),
    "label_shift": (label_shift_table, "third_source.json"),
}


def main(
    results: Path = typer.Argument(ROOT / "benchmarks" / "results", help="Where the rows lie"),
    root: Path = typer.Argument(ROOT, help="Where README.md and docs lie"),
) -> None:
    """Put each table between its marks in the README and the guides."""

    def filled(marks: re.Match) -> str:
        make, file = TABLES[marks[2]]
        return marks[1] + make(srsly.read_json(results / file)) + marks[3]

    for page in PAGES:
        text = (root / page).read_text(encoding="utf8")
        (root / page).write_text(MARKS.sub(filled, text), encoding="utf8")


if __name__ == "__main__":
    typer.run(main)
