"""Write the table of docs/speed.md from the rows that the benchmarks of speed measured."""

import re
from pathlib import Path
from typing import Any, Dict, List

import srsly
import typer

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks" / "results"
MARKS = re.compile(r"(<!-- speed -->\n).*(<!-- /speed -->)", flags=re.S)
VERDICTS = {True: "yes", False: "no", None: ""}


def main(
    results: Path = typer.Argument(RESULTS / "speed.json"),
    page: Path = typer.Argument(ROOT / "docs" / "speed.md"),
    seq2seq: Path = typer.Option(
        RESULTS / "speed_seq2seq.json", help="Shown behind, if it is there"
    ),
) -> None:
    """Put the table between the marks in the page."""
    files = [results, *([seq2seq] if seq2seq.is_file() else [])]
    table = speed_table([row for path in files for row in srsly.read_json(path)])
    text = page.read_text(encoding="utf8")
    page.write_text(MARKS.sub(lambda marks: marks[1] + table + marks[2], text), encoding="utf8")


def speed_table(rows: List[Dict[str, Any]]) -> str:
    """RETURNS: a Markdown table, a row per figure."""
    lines = ["| figure | value | unit | target | met |", "|---|---:|---|---:|---|"]
    for row in rows:
        target = "" if row["target"] is None else f"{row['target']:g}"
        value = f"{row['value']:,.0f}" if row["value"] >= 100 else f"{row['value']:.3g}"
        lines.append(
            f"| {row['name']} | {value} | {row['unit']} | {target} | {VERDICTS[row['met']]} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    typer.run(main)
