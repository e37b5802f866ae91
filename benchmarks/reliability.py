"""How safely pipelines are loaded: damaged, hostile and oversized ones.

    python benchmarks/reliability.py

Ten thousand damages take a quarter of an hour of one core; `--cases 500` gives an impression.
"""

import contextlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Iterator, NamedTuple, Optional

import spacy
import typer
from rich.console import Console
from rows import Row, merge, versions

from spacy_rnn import ModelFileError, safe_load, write_manifest

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "reliability.json"
sys.path.append(str(ROOT))

from tests.conftest import MODELS, SETTINGS, gold  # noqa: E402
from tests.safety import fuzz, hostile  # noqa: E402

console = Console()


class Figure(NamedTuple):
    """A measured value, and the most that it may be."""

    name: str
    value: float
    unit: str
    most: float = 0


def save_pipeline(path: Path) -> None:
    """Three components of ours, initialized: what they would predict does not matter here."""
    nlp = spacy.blank("en")
    for factory, model in MODELS.items():
        nlp.add_pipe(factory, config={"model": model, **SETTINGS[factory]})
    examples = gold(nlp)
    nlp.initialize(lambda: examples)
    nlp.to_disk(path)


def damaged(pipeline: Path, cases: int, seed: int) -> Iterator[Figure]:
    """Damage to any file, found by the manifest."""
    found = fuzz.fuzz(pipeline, cases, seed, safe_load)
    yield Figure("3 damaged files loaded silently", len(found.silent), f"of {cases}")
    yield Figure("3 damaged files, errors without a file", len(found.bare), f"of {cases}")


def damaged_weights(pipeline: Path, cases: int, seed: int) -> Iterator[Figure]:
    """Flipped bits in weights, found without a manifest: five times slower."""
    cases = max(1, cases // 5)
    flips = fuzz.weight_flips(fuzz.read_files(pipeline), cases, seed)
    found = fuzz.judge(pipeline, flips, fuzz.components_reader(pipeline))
    name = "3 damaged weights loaded silently without a manifest"
    yield Figure(name, cases - found.refused, f"of {cases}")


def damaged_before_sealing(pipeline: Path, cases: int, seed: int) -> Iterator[Figure]:
    """Damage that the manifest agrees with. Most of it is read to the end: twenty times slower."""
    cases = max(1, cases // 20)
    found = fuzz.fuzz(pipeline, cases, seed, safe_load, prepare=write_manifest)
    name = "3 files damaged before they were sealed, errors without a file"
    yield Figure(name, len(found.bare), f"of {cases}")


def hostile_configs(pipeline: Path, cases: int, seed: int) -> Iterator[Figure]:
    """Configs that name functions, callbacks and pipelines of others."""
    with hostile.installed() as calls, TemporaryDirectory() as folder:
        for number, change in enumerate(hostile.CONFIGS.values()):
            copy = Path(shutil.copytree(pipeline, Path(folder) / str(number)))
            hostile.replaced(copy, change)
            with contextlib.suppress(ModelFileError):
                write_manifest(copy)
            for required in (True, False):
                with contextlib.suppress(ModelFileError):
                    safe_load(copy, require_manifest=required)
                    calls.append("loaded")
    yield Figure("1 hostile configs run or loaded", len(calls), f"of {len(hostile.CONFIGS)}")


def largest_sizes(pipeline: Path, cases: int, seed: int) -> Iterator[Figure]:
    """What the largest sizes within bounds cost; larger ones are refused before."""
    script = ROOT / "tests" / "safety" / "largest_sizes.py"
    figures = json.loads(subprocess.check_output([sys.executable, str(script), str(pipeline)]))
    yield Figure("4 largest sizes", figures["seconds"], "CPU seconds", 1.0)
    yield Figure("4 largest sizes, memory", figures["megabytes"], "MB", 200)


MEASURES = (hostile_configs, largest_sizes, damaged, damaged_weights, damaged_before_sealing)


def to_row(figure: Figure, cases: int, seed: int) -> Row:
    """RETURNS: a figure as all result files have it."""
    return {
        "name": figure.name,
        "value": round(figure.value, 3),
        "unit": figure.unit,
        "target": figure.most,
        "met": figure.value <= figure.most,
        "peer": None,
        "command": f"python benchmarks/reliability.py --cases {cases} --seed {seed}",
        "seed": seed,
        "versions": versions(),
        "budget": None,
    }


def main(
    cases: int = typer.Option(10_000, min=1, help="Damages of each kind"),
    seed: int = typer.Option(0, help="Seed of the damages"),
    output: Optional[Path] = typer.Option(RESULTS, help="The result file to write into"),
) -> None:
    """Measure, print the figures, and put them into the result file."""
    with TemporaryDirectory() as folder:
        pipeline = Path(folder) / "pipeline"
        save_pipeline(pipeline)
        for measure in MEASURES:
            for figure in measure(pipeline, cases, seed):
                row = to_row(figure, cases, seed)
                met = "met" if row["met"] else "NOT MET"
                console.print(f"{figure.name}: {figure.value:g} {figure.unit}, {met}")
                if output:
                    merge([row], output)


if __name__ == "__main__":
    typer.run(main)
