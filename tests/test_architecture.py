"""The rules of docs/architecture.md, checked against the imports and files of the package."""

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "spacy_rnn"
FILES = sorted(PACKAGE.rglob("*.py"))

FORBIDDEN = {
    "nn": (
        "spacy",
        "thinc",
        "spacy_rnn.layers",
        "spacy_rnn.labels",
        "spacy_rnn.decoding",
        "spacy_rnn.models",
        "spacy_rnn.pipeline",
        "spacy_rnn.training",
    ),
    "labels": (
        "spacy_rnn.nn",
        "spacy_rnn.layers",
        "spacy_rnn.decoding",
        "spacy_rnn.models",
        "spacy_rnn.pipeline",
        "spacy_rnn.training",
    ),
    "decoding": ("spacy", "thinc", "spacy_rnn.layers", "spacy_rnn.models", "spacy_rnn.pipeline"),
    "layers": ("spacy", "spacy_rnn.models", "spacy_rnn.pipeline", "spacy_rnn.training"),
    "safety": (
        "spacy_rnn.nn",
        "spacy_rnn.labels",
        "spacy_rnn.decoding",
        "spacy_rnn.layers",
        "spacy_rnn.models",
        "spacy_rnn.pipeline",
        "spacy_rnn.training",
    ),
    "models": ("spacy_rnn.pipeline", "spacy_rnn.training"),
    "pipeline": ("spacy_rnn.models",),
}


def imported(path: Path):
    """Absolute names of the modules that a file imports anywhere."""
    package = ["spacy_rnn", *path.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*start, *([node.module] if node.module else [])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def is_inside(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


@pytest.mark.parametrize("room", FORBIDDEN)
def test_a_room_imports_only_from_below(room):
    for path in sorted((PACKAGE / room).rglob("*.py")):
        for module in imported(path):
            for package in FORBIDDEN[room]:
                assert not is_inside(module, package), f"{path} imports {module}"


def test_only_the_bridge_touches_shims_and_converts_arrays():
    for path in FILES:
        if path.name not in ("torch_bridge.py", "torch_shim.py"):
            text = path.read_text(encoding="utf8")
            for word in ("xp2torch", "torch2xp", "shims[", "Shim("):
                assert word not in text, f"{path} uses {word}"


def test_nothing_is_pickled():
    for path in FILES:
        modules = set(imported(path))
        assert not modules & {"pickle", "cloudpickle", "dill", "joblib", "shelve"}, path
        text = path.read_text(encoding="utf8")
        assert not re.search(r"(?<!safetensors\.)torch\.(load|save)\(", text), path


def test_every_room_has_a_name():
    nameless = {"utils.py", "util.py", "helpers.py", "common.py", "base.py", "misc.py"}
    assert not [path for path in FILES if path.name in nameless]


def test_every_module_says_what_it_is():
    for path in FILES:
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf8"))), path
