"""How much our components bear: the figures that tests of invariance, bad input and faults give.

    python benchmarks/robustness.py
    python benchmarks/robustness.py 15 17 --progress FOLDER
    python benchmarks/robustness.py 9 16 --quick

Runs tests, slow ones too, and puts what they found into results/reliability.json. Some hours of one
core: with a folder for the progress, what was stopped goes on with the same command. `--quick` runs
what the default suite runs, and gives an impression. Row numbers are those of docs/reliability.md.
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Iterator, List, NamedTuple, Optional, Tuple

import typer
from journal import Noted, read
from rich.console import Console
from rows import Row, merge, versions

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "reliability.json"
# Exit codes of pytest: all passed, some failed, none to run (all are done).
RAN = (0, 1, 5)
console = Console()


class Bound(NamedTuple):
    """The most that a property may be, which tests record."""

    property: str
    unit: str
    most: float


class Figure(NamedTuple):
    """What some tests say.

    number: of the row in docs/reliability.md. name: of what a test fails by.
    tests: a module and its arguments: pytest, or what runs it. only: a part of the names of those
        that count; figures with the same tests run them once.
    bounds: of what the tests measure besides. counted: a property that says how much was tried.
    """

    number: int
    name: str
    tests: str
    bounds: Tuple[Bound, ...] = ()
    counted: str = ""
    only: str = ""


FIGURES = (
    Figure(1, "hostile files that are not refused", "pytest tests/safety/test_hostile.py"),
    Figure(2, "places that unpickle", "pytest tests/test_architecture.py -k pickled"),
    Figure(5, "answers that depend on the batch", "pytest tests/properties", only="_batch"),
    Figure(6, "gradients that depend on the batch", "pytest tests/properties", only="gradient"),
    Figure(
        7,
        "one long text among many short ones",
        "pytest tests/nn/test_recurrent.py -k costs_little",
        (Bound("seconds", "CPU seconds", 1.0), Bound("megabytes", "MB", 50.0)),
    ),
    Figure(
        8,
        "texts of a million tokens",
        "pytest tests/bad_input/test_texts.py -k million_tokens",
        (Bound("seconds", "CPU seconds", 60.0), Bound("megabytes", "MB", 1024.0)),
    ),
    Figure(
        9,
        "bad input without the right answer or error",
        "pytest tests/bad_input",
        counted="cases",
    ),
    Figure(10, "properties that do not hold", "pytest tests/properties"),
    Figure(
        11,
        "NaN and infinity not named",
        "pytest tests/layers/test_non_finite.py tests/training/test_optimizers.py "
        "-k 'finite or nan'",
    ),
    Figure(
        12,
        "CRF at 10,000 tokens",
        "pytest tests/nn/test_crf_long.py -k ten",
        (Bound("error", "relative error", 1e-5),),
    ),
    Figure(
        12,
        "CRF, a thousand small cases",
        "pytest tests/nn/test_crf_long.py -k small",
        (Bound("error", "error", 1e-9),),
    ),
    Figure(
        13,
        "wrong gradients of layers",
        "pytest tests/nn/test_gradcheck.py tests/nn/test_decoder.py -k 'gradcheck or gradients'",
    ),
    Figure(14, "wrong answers of threads", "pytest tests/properties", only="test_threads.py"),
    Figure(15, "processes that hang", "pytest tests/faults/test_processes.py -k hang"),
    Figure(
        15,
        "deaths of a worker that nobody hears of",
        "pytest tests/faults/test_processes.py -k killed",
        (Bound("seconds", "seconds", 10.0),),
    ),
    Figure(16, "docs lost beside a bad one", "pytest tests/faults/test_bad_docs.py"),
    Figure(
        17,
        "models lost or mixed by a fault",
        "pytest tests/faults/test_training.py",
        counted="points",
    ),
    Figure(18, "continued trainings that differ", "pytest tests/training/test_resume.py"),
    Figure(19, "averages not applied", "pytest tests/training/test_optimizers.py -k averages"),
    Figure(20, "spaCy's tests, our encoders", "tests.conformance.redirect encoders"),
    Figure(20, "spaCy's tests, our factories", "tests.conformance.redirect factories"),
    Figure(21, "answers changed by a round trip", "pytest tests/properties", only="round_trips"),
)


def run(figure: Figure, quick: bool, folder: Path) -> List[Noted]:
    """Run the tests of a figure, less those that are done. RETURNS: all that are done.

    RAISES: SystemExit if they could not be run.
    """
    journal = folder / (re.sub(r"\W+", "-", figure.tests) + ".jsonl")
    module, *arguments = shlex.split(figure.tests)
    command = [sys.executable, "-m", module, *arguments, "-p", "journal", "--journal", str(journal)]
    if module == "pytest" and not quick:
        command += ["-m", "not gpu", "--hypothesis-profile=long"]
    path = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": path}
    )
    if done.returncode not in RAN:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}")
    found = read(journal)
    return [noted for noted in found if noted.outcome != "skipped" and figure.only in noted.test]


def to_rows(figure: Figure, found: List[Noted], quick: bool) -> Iterator[Row]:
    """YIELDS: figures as all result files have them, the failed tests first. None is met if any
    has failed."""
    failed = sum(noted.outcome == "failed" for noted in found)
    unit = f"failed of {len(found)} tests"
    if figure.counted:
        unit += f", {sum(n.properties.get(figure.counted, 0) for n in found)} {figure.counted}"
    yield _row(figure, "", Bound("", unit, 0.0), failed, not failed, quick)
    for bound in figure.bounds:
        values = [n.properties[bound.property] for n in found if bound.property in n.properties]
        value = max(values, default=float("inf"))
        met = not failed and value <= bound.most
        yield _row(figure, f", {bound.property}", bound, value, met, quick)


def _row(figure: Figure, part: str, bound: Bound, value: float, met: bool, quick: bool) -> Row:
    return {
        "name": f"{figure.number} {figure.name}{part}",
        "value": float(f"{value:.3g}"),
        "unit": bound.unit,
        "target": bound.most,
        "met": met,
        "peer": None,
        "command": f"python benchmarks/robustness.py {figure.number}" + " --quick" * quick,
        "seed": 0,
        "versions": versions(),
        "budget": None,
    }


def main(
    numbers: Optional[List[int]] = typer.Argument(None, help="Rows to measure; all if not given"),
    quick: bool = typer.Option(False, help="Only what the default suite runs"),
    progress: Optional[Path] = typer.Option(None, help="Where finished tests are noted, to go on"),
    output: Path = typer.Option(RESULTS, help="The result file to write into"),
) -> None:
    """Measure, print the figures, and put them into the result file."""
    with TemporaryDirectory() as folder:
        for figure in FIGURES:
            if numbers and figure.number not in numbers:
                continue
            found = run(figure, quick, progress or Path(folder))
            if not found:
                console.print(f"{figure.number} {figure.name}: only slow tests tell")
                continue
            rows = list(to_rows(figure, found, quick))
            for row in rows:
                console.print(f"{row['name']}: {row['value']:g} {row['unit']}")
            merge(rows, output)


if __name__ == "__main__":
    typer.run(main)
