"""Write the table of docs/reliability.md from what the benchmarks of reliability measured."""

import re
from pathlib import Path
from typing import Any, Dict, List, NamedTuple

import srsly
import typer

ROOT = Path(__file__).parent.parent
MARKS = re.compile(r"(<!-- reliability -->\n).*(<!-- /reliability -->)", flags=re.S)


class Asked(NamedTuple):
    """What could go wrong, and what was set as the most that may."""

    what: str
    target: str


# By the number that begins the names of the rows.
ASKED = {
    1: Asked(
        "code run on load: by hostile weights on any path, by hostile configs through `safe_load`",
        "0",
    ),
    2: Asked("`pickle` or `torch.load` in the package", "0"),
    3: Asked(
        "damaged files loaded silently, of 10,000 flips, truncations, splices, blanks, exchanges "
        "and deletions over all files of a pipeline",
        "0, one error type naming file and component",
    ),
    4: Asked("hostile sizes in a config or file", "an error in 1 s and 200 MB"),
    5: Asked(
        "invariance to batch, order and padding: real texts in 2,000 batches, each component",
        "at most 1e-5, no label changed",
    ),
    6: Asked("gradient of a batch against the sum of single texts", "at most 1e-5 relative"),
    7: Asked("an encoder reads 10,000 tokens beside 999 texts of one token", "1 s, 50 MB"),
    8: Asked(
        "a text of a million tokens, through each component at its shipped width",
        "60 s, 1 GB, or a clear refusal",
    ),
    9: Asked(
        "catalogue of bad input, 150 cases for each of three components",
        "the right answer or a documented error",
    ),
    10: Asked(
        "property tests for each component, 2,000 examples each; `--hypothesis-profile=nightly` "
        "takes 100,000",
        "no unexpected exception",
    ),
    11: Asked(
        "NaN or infinity in weights, vectors, loss or gradient",
        "a named error, last good weights kept",
    ),
    12: Asked(
        "CRF at 10,000 tokens against float64; small ones against all paths",
        "gradient 1e-5, same path; 1e-9 on 1,000 cases",
    ),
    13: Asked("gradcheck of every layer in float64", "pass"),
    14: Asked("8 threads x 1,000 texts, while another computes with dropout", "0 wrong"),
    15: Asked(
        "fork after torch was used; a worker killed", "no hang in 100 runs; an error within 10 s"
    ),
    16: Asked("one bad text with an error handler", "only that text lost"),
    17: Asked(
        "SIGKILL, SIGINT, SIGTERM, a torn file or a full disk at every write of a training",
        "no model lost or mixed",
    ),
    18: Asked("`kill -9`, then `--resume`", "bit-identical weights"),
    19: Asked("averages of torch weights", "evaluated and saved"),
    20: Asked(
        "spaCy's own tests with our encoders and our factories; the exceptions with their reasons "
        "are in `tests/conformance/spacy_tests.cfg`",
        "no failure but justified ones",
    ),
    21: Asked("pickle, deepcopy, bytes, disk", "the same predictions"),
}


def main(
    results: Path = typer.Argument(ROOT / "benchmarks" / "results" / "reliability.json"),
    page: Path = typer.Argument(ROOT / "docs" / "reliability.md"),
) -> None:
    """Put the table between the marks in the page."""
    table = reliability_table(srsly.read_json(results))
    text = page.read_text(encoding="utf8")
    page.write_text(MARKS.sub(lambda marks: marks[1] + table + marks[2], text), encoding="utf8")


def reliability_table(rows: List[Dict[str, Any]]) -> str:
    """RETURNS: a Markdown table, a row for each of `ASKED`."""
    lines = ["| # | what | target | measured | command |", "|---|---|---|---|---|"]
    for number, asked in ASKED.items():
        found = [row for row in rows if row["name"].split(" ")[0] == str(number)]
        commands = dict.fromkeys(f"`{row['command']}`" for row in found)
        measured = "; ".join(map(_measured, found)) or "**not measured**"
        cells = (str(number), asked.what, asked.target, measured, "; ".join(commands))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _measured(row: Dict[str, Any]) -> str:
    name = row["name"].partition(" ")[2]
    missed = "" if row["met"] else ", **missed**"
    return f"{name}: {row['value']:g} {row['unit']}{missed}"


if __name__ == "__main__":
    typer.run(main)
