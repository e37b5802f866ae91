"""One HTML page that needs nothing but itself: scores, plots, examples, data, config."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Sequence

import spacy
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from spacy.language import Language
from thinc.api import ConfigValidationError

from ..training.data_checks.check import check_data
from ..training.data_checks.findings import Finding
from ..viz.curves import has_log, plot_runs, read_run
from ..viz.paper import to_svg
from .findings import Findings, Plot
from .observe import Observation

EXAMPLES = 20


class Section(NamedTuple):
    """What the page says about one component."""

    findings: Findings
    best: Sequence[Any]
    worst: Sequence[Any]


class Data(NamedTuple):
    """What a corpus or a component's annotations are like, in sentences."""

    name: str
    findings: Sequence[Finding]


def make_page(folder: Path, observation: Observation) -> str:
    """folder: the output directory of the training. RETURNS: HTML."""
    templates = FileSystemLoader(Path(__file__).parent)
    environment = Environment(loader=templates, autoescape=True, undefined=StrictUndefined)
    environment.filters["svg"] = lambda figure: Markup(to_svg(figure))
    nlp = observation.nlp
    return environment.get_template("page.html").render(
        title=folder.resolve().name if folder.name in ("", ".") else folder.name,
        nlp=nlp,
        versions={"spaCy": spacy.__version__, "spacy-rnn": version("spacy-rnn")},
        corpus=observation.corpus,
        texts=len(observation.examples),
        scores=_numbers(observation.scores),
        tables=label_tables(observation.scores),
        curves=_curves(folder),
        sections=[Section(each, *each.extremes(EXAMPLES)) for each in observation.findings()],
        data=_data(nlp),
        config=nlp.config.to_str(),
    )


def _numbers(scores: Dict[str, Any]) -> Dict[str, float]:
    """Single scores, without those of the tokenizer."""
    return {
        name: value
        for name, value in scores.items()
        if isinstance(value, (int, float)) and not name.startswith("token_")
    }


def label_tables(scores: Dict[str, Any]) -> Dict[str, List[tuple]]:
    """Scores by label: (label, precision, recall, F), best first."""
    tables = {}
    for name, table in scores.items():
        if name.endswith("_per_type") and table:
            rows = [
                (label, *(float(each.get(key) or 0.0) for key in "prf"))
                for label, each in table.items()
                if isinstance(each, dict)
            ]
            if rows:
                tables[name] = sorted(rows, key=lambda row: -row[3])
    return tables


def _curves(folder: Path) -> Optional[Plot]:
    if not has_log(folder):
        return None
    return Plot("curves", "The training, evaluation by evaluation.", plot_runs([read_run(folder)]))


def _data(nlp: Language) -> List[Data]:
    """RETURNS: nothing where the corpora are no longer there."""
    try:
        return [Data(name, findings) for name, findings in check_data(nlp.config).items()]
    except (ConfigValidationError, KeyError, OSError, ValueError):
        return []
