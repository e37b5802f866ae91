"""Write docs/config.md: every registered function and component, from the code itself."""

from __future__ import annotations

import configparser
import importlib
import inspect
import re
from pathlib import Path
from typing import Callable, Dict, Iterator, List, Tuple

import typer
from spacy import Language

ROOT = Path(__file__).parent.parent
TITLES = {
    "spacy_factories": "Components",
    "spacy_architectures": "Architectures",
    "spacy_readers": "Corpus readers",
    "spacy_batchers": "Batchers",
    "spacy_scorers": "Scorers",
    "spacy_callbacks": "Callbacks",
    "spacy_loggers": "Loggers",
    "spacy_misc": "Other functions",
    "thinc_optimizers": "Optimizers",
    "thinc_schedules": "Schedules",
}
HEAD = """# Config reference

Made by `python scripts/document_config.py` from the functions themselves: do not edit by hand.
Each table lists the settings of one block of a config: its name, meaning, type and default.
"""


def main(path: Path = ROOT / "docs" / "config.md") -> None:
    """Write the config reference to PATH."""
    path.write_text("\n".join([HEAD, *_sections()]), encoding="utf8")


def _sections() -> Iterator[str]:
    config = configparser.ConfigParser()
    config.optionxform = str
    config.read(ROOT / "setup.cfg", encoding="utf8")
    groups = config["options.entry_points"]
    for group, title in TITLES.items():
        if group in groups:
            yield f"## {title}\n"
            for line in groups[group].strip().splitlines():
                name, target = (part.strip() for part in line.split("=", 1))
                yield document(name, load(target), is_factory=group == "spacy_factories")


def load(target: str) -> Callable:
    """The function that an entry point such as "package.module:name" means."""
    module, _, attribute = target.partition(":")
    return getattr(importlib.import_module(module), attribute)


def document(name: str, function: Callable, is_factory: bool) -> str:
    """One function's section: its summary and a table of its settings."""
    summary, meanings = describe(function)
    rows = [
        f"| `{setting}` | {meanings.get(setting, '')} | `{kind}` | {default} |"
        for setting, kind, default in settings(name, function, is_factory)
    ]
    table = ["| setting | meaning | type | default |", "|---|---|---|---|", *rows]
    return "\n".join([f"### `{name}`\n", summary, "", *(table if rows else []), ""])


def settings(name: str, function: Callable, is_factory: bool) -> List[Tuple[str, str, str]]:
    """(name, type, default) of each argument that stands in a config."""
    shown = []
    defaults = Language.get_factory_meta(name).default_config if is_factory else {}
    for parameter in inspect.signature(function).parameters.values():
        if is_factory and parameter.name in ("nlp", "name"):
            continue
        kind = inspect.formatannotation(parameter.annotation).replace("typing.", "").strip("'")
        default = defaults.get(parameter.name, parameter.default)
        shown.append((parameter.name, kind.replace("|", "\\|"), _show(default)))
    return shown


def _show(default: object) -> str:
    if default is inspect.Parameter.empty:
        return "required"
    if isinstance(default, dict):
        block = next((v for k, v in default.items() if k.startswith("@")), None)
        return f"`{block}`" if block else f"`{default}`"
    return f"`{default!r}`"


def describe(function: Callable) -> Tuple[str, Dict[str, str]]:
    """A docstring's first paragraph, and its `setting: meaning` lines.

    "The settings are those of `Other`." takes the meanings of another function of the same module.
    """
    text = inspect.getdoc(function) or ""
    summary = " ".join(text.split("\n\n")[0].split())
    meanings: Dict[str, str] = {}
    borrowed = re.search(r"settings are those of `(\w+)`", text)
    if borrowed:
        module = importlib.import_module(function.__module__)
        meanings = describe(getattr(module, borrowed.group(1)))[1]
    current: List[str] = []
    for line in text.splitlines():
        start = re.match(r"((?:\w+, )*\w+): (.*)", line)
        if start and not line.startswith("RAISES") and not line.startswith("RETURNS"):
            current = start.group(1).split(", ")
            meanings.update({setting: start.group(2) for setting in current})
        elif line.startswith("    ") and current:
            meanings.update({s: f"{meanings[s]} {line.strip()}" for s in current})
        else:
            current = []
    return summary, {s: m.replace("|", "\\|") for s, m in meanings.items()}


if __name__ == "__main__":
    typer.run(main)
