"""The result files: JSON lists of rows that anyone can filter for what falls short."""

import json
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Dict, List

from plan import Run

Row = Dict[str, Any]
RESULTS = Path(__file__).parent / "results" / "accuracy.json"
UNITS = {"train_cpu": "CPU seconds", "bleu": "BLEU", "chrf": "chrF"}
# The packages whose version a figure depends on.
PACKAGES = (
    "spacy-rnn",
    "spacy",
    "thinc",
    "torch",
    "flair",
    "OpenNMT-py",
    "joeynmt",
    "scikit-learn",
    "fasttext",
    "rouge-score",
    "sacrebleu",
)


def to_rows(run: Run, scores: Dict[str, float]) -> List[Row]:
    """RETURNS: one row per score. `target`, `met` and `peer` are judged when all rows are known."""
    command = "python benchmarks/accuracy.py " + " ".join(run.arguments)
    return [
        {
            "name": f"{run.task}/{run.corpus}/{run.system}/{metric}",
            "value": round(float(value), 2),
            "unit": UNITS.get(metric, "%"),
            "target": None,
            "met": None,
            "peer": None,
            "command": command,
            "seed": run.seed,
            "versions": versions(),
            "budget": run.budget,
            "task": run.task,
            "corpus": run.corpus,
            "system": run.system,
            "metric": metric,
        }
        for metric, value in scores.items()
    ]


def versions() -> Dict[str, str]:
    """RETURNS: the version of Python and of each of PACKAGES that is installed."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def read(path: Path = RESULTS) -> List[Row]:
    """RETURNS: the rows of a result file, none if there is no file."""
    return json.loads(path.read_text("utf8")) if path.is_file() else []


def merge(new: List[Row], path: Path = RESULTS, whole: bool = False) -> List[Row]:
    """Put rows into a result file. A row replaces the one of the same name, seed and budget.

    whole: the rows are all that their commands write. What these wrote before goes as well.
    RETURNS: all rows of the file.
    """
    rewritten = {row["command"] for row in new} if whole else set()
    kept = [row for row in read(path) if row["command"] not in rewritten]
    rows = {_key(row): row for row in [*kept, *new]}
    ordered = [rows[key] for key in sorted(rows, key=str)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        json.dumps(ordered, indent=2, separators=(",", ":"), ensure_ascii=False) + "\n", "utf8"
    )
    return ordered


def _key(row: Row) -> tuple:
    return row["name"], row["budget"], row["seed"]
