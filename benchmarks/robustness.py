"""How much our components bear: the figures that tests of invariance, bad input and faults give.

    python benchmarks/robustness.py
    python benchmarks/robustness.py 9 16 --quick

Runs tests, slow ones too, and puts what they found into results/reliability.json. An hour of one
core; `--quick` runs what the default suite runs, and gives an impression. Row numbers are those of
docs/reliability.md.
"""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import List, NamedTuple, Optional
from xml.etree import ElementTree

import typer
from rich.console import Console
from rows import Row, merge, versions

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "reliability.json"
console = Console()


class Figure(NamedTuple):
    """What some tests say.

    number: of the row in docs/reliability.md. tests: arguments of pytest.
    recorded: the property of the tests whose largest value is the figure; None for how many fail.
    """

    number: int
    name: str
    tests: str
    recorded: Optional[str] = None
    unit: str = ""
    most: float = 0.0


FIGURES = (
    Figure(5, "answers that depend on the batch", "tests/properties -k batch"),
    Figure(6, "gradients that depend on the batch", "tests/properties -k gradient"),
    Figure(9, "bad input without the right answer or error", "tests/bad_input"),
    Figure(10, "property tests", "tests/properties"),
    Figure(11, "NaN and infinity not named", "tests/layers/test_non_finite.py"),
    Figure(
        12, "CRF, error at 10,000 tokens", "tests/nn/test_crf_long.py -k ten", "error", "", 1e-5
    ),
    Figure(12, "CRF, small cases", "tests/nn/test_crf_long.py -k small", "error", "", 1e-9),
    Figure(13, "gradients of layers in float64", "tests/nn/test_gradcheck.py"),
    Figure(14, "answers of threads", "tests/properties/test_threads.py"),
    Figure(15, "processes that hang", "tests/faults/test_processes.py -k hang"),
    Figure(
        15,
        "until a worker's death is heard of",
        "tests/faults/test_processes.py -k killed",
        "seconds",
        "seconds",
        10.0,
    ),
    Figure(16, "docs lost beside a bad one", "tests/faults/test_bad_docs.py"),
    Figure(17, "models lost or mixed by a fault", "tests/faults/test_training.py"),
    Figure(18, "continued trainings that differ", "tests/training/test_resume.py"),
    Figure(21, "answers changed by a round trip", "tests/properties -k round"),
)


class Outcome(NamedTuple):
    """What one run of pytest found."""

    tests: int
    failed: int
    properties: List[tuple]


def run(figure: Figure, quick: bool) -> Outcome:
    """Run the tests of a figure."""
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}"]
        if not quick:
            command += ["-m", "not gpu", "--hypothesis-profile=long"]
        subprocess.run([*command, *figure.tests.split()], cwd=ROOT, stdout=subprocess.DEVNULL)
        suite = ElementTree.parse(report).getroot()[0]
    tests = int(suite.get("tests")) - int(suite.get("skipped"))
    properties = [(found.get("name"), found.get("value")) for found in suite.iter("property")]
    return Outcome(tests, int(suite.get("failures")) + int(suite.get("errors")), properties)


def to_row(figure: Figure, outcome: Outcome, quick: bool) -> Row:
    """RETURNS: a figure as all result files have it. Failed tests are never met."""
    value, unit = float(outcome.failed), f"failed of {outcome.tests} tests"
    if figure.recorded:
        recorded = [float(text) for name, text in outcome.properties if name == figure.recorded]
        value, unit = max(recorded, default=float("inf")), figure.unit
    return {
        "name": f"{figure.number} {figure.name}",
        "value": value,
        "unit": unit,
        "target": figure.most,
        "met": not outcome.failed and value <= figure.most,
        "peer": None,
        "command": f"python benchmarks/robustness.py {figure.number}" + " --quick" * quick,
        "seed": 0,
        "versions": versions(),
        "budget": None,
    }


def main(
    numbers: Optional[List[int]] = typer.Argument(None, help="Rows to measure; all if not given"),
    quick: bool = typer.Option(False, help="Only what the default suite runs"),
    output: Path = typer.Option(RESULTS, help="The result file to write into"),
) -> None:
    """Measure, print the figures, and put them into the result file."""
    for figure in FIGURES:
        if numbers and figure.number not in numbers:
            continue
        outcome = run(figure, quick)
        if not outcome.tests:
            console.print(f"{figure.number} {figure.name}: only slow tests tell")
            continue
        row = to_row(figure, outcome, quick)
        console.print(f"{row['name']}: {row['value']:g} {row['unit']}")
        merge([row], output)


if __name__ == "__main__":
    typer.run(main)
