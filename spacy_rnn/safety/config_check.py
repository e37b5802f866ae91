"""What a config may say before `safe_load` builds anything from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Collection, Dict, Iterator, List, NamedTuple, Tuple

from confection import Config

from ..errors import ModelFileError
from .allowed import harmless
from .bounds import Bounds
from .parts import CONFIG, LONGEST_CONFIG, parse
from .variables import Expansion

# The blocks that loading builds. The others are kept as text: nothing of them is run.
BUILT = ("nlp", "components")
LONGEST_EXPANDED = 10 * LONGEST_CONFIG
Place = Tuple[str, ...]


class Findings(NamedTuple):
    """functions: what will be called, by registered name. largest: numbers, by setting."""

    functions: List[str]
    largest: Dict[str, float]


def read_config(root: Path) -> Config:
    """The config with its variables filled in, so that nothing remains to be filled in later.

    RAISES: ModelFileError if it is damaged, or too long.
    """
    if Expansion(parse(root)).total() > LONGEST_EXPANDED:
        raise ModelFileError(
            f"With its variables filled in it is longer than {LONGEST_EXPANDED} characters."
        )
    return Config().from_disk(root / CONFIG)


def check_config(config: Config, allow: Collection[str], bounds: Bounds) -> Findings:
    """Look at everything that would be built. RAISES: ModelFileError naming the setting."""
    findings = Findings([], {})
    for name, block in _items(config.get("components")):
        if "source" in block:
            raise ModelFileError(
                f"[components.{name}] takes a component out of another pipeline "
                f"(source = {block['source']!r}), which could be anything. Save the pipeline with "
                "`nlp.to_disk` where it was assembled: then it has the component itself."
            )
        _check_name(("components", name), "factories", block.get("factory"), allow, findings)
    language = config.get("nlp", {}).get("lang")
    _check_name(("nlp",), "languages", language, allow, findings)
    for block in BUILT:
        for place, value in _walk((block,), config.get(block)):
            _check_value(place, value, allow, bounds, findings)
    return findings


def _items(block: Any) -> Iterator[Tuple[str, Dict[str, Any]]]:
    for name, inner in (block or {}).items():
        if not isinstance(inner, dict):
            raise ModelFileError(f"[components] {name} is not a block.")
        yield name, inner


def _walk(place: Place, node: Any) -> Iterator[Tuple[Place, Any]]:
    yield place, node
    if isinstance(node, (dict, list)):
        items = node.items() if isinstance(node, dict) else enumerate(node)
        for key, value in items:
            yield from _walk((*place, str(key)), value)


def _check_value(
    place: Place, value: Any, allow: Collection[str], bounds: Bounds, findings: Findings
) -> None:
    key = place[-1]
    if key.startswith("@"):
        _check_name(place[:-1], key[1:], value, allow, findings)
    elif isinstance(value, str) and "${" in value:
        raise ModelFileError(f"{'.'.join(place)} hides a variable in {value!r}.")
    elif isinstance(value, list):
        _check_size(place, len(value), bounds.width, findings)
    elif isinstance(value, (int, float)):
        setting = next(part for part in reversed(place) if not part.isdigit())
        _check_size(place, value, bounds.of_setting(setting), findings)


def _check_name(
    place: Place, registry: str, name: Any, allow: Collection[str], findings: Findings
) -> None:
    if not isinstance(name, str) or name not in harmless().get(registry, frozenset()).union(allow):
        raise ModelFileError(
            f"[{'.'.join(place)}] names {name!r} of the {registry}, which is not on the "
            "list of those that only build layers. Read what it does; if you trust it, say so: "
            f"safe_load(path, allow=[{name!r}]) or --allow {name}"
        )
    findings.functions.append(name)


def _check_size(place: Place, size: float, bound: int, findings: Findings) -> None:
    if abs(size) > bound:
        raise ModelFileError(
            f"{'.'.join(place)} = {size} is beyond the bound of {bound}. If you mean it, "
            "pass larger ones: safe_load(path, bounds=Bounds(...))"
        )
    findings.largest[place[-1]] = max(size, findings.largest.get(place[-1], 0))
