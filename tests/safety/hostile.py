"""Pipelines that somebody made to run code or to fill the memory, as changes of an honest one."""

import contextlib
from pathlib import Path
from typing import Callable, Dict, Iterator, List, NamedTuple

import spacy
import srsly
from catalogue import REGISTRY
from confection import Config

from spacy_rnn import Bounds

REGISTRIES = ("architectures", "layers", "callbacks", "misc", "tokenizers", "vectors", "scorers")


@contextlib.contextmanager
def installed() -> Iterator[List[str]]:
    """A package with functions called "hostile.v1". YIELDS: the registries whose one was called."""
    calls: List[str] = []
    for name in REGISTRIES:
        getattr(spacy.registry, name).register("hostile.v1", func=_noting(calls, name))
    try:
        yield calls
    finally:
        for key in [key for key in REGISTRY if key[-1] == "hostile.v1"]:
            del REGISTRY[key]


def _noting(calls: List[str], name: str) -> Callable[[], None]:
    return lambda: calls.append(name)


class Replacement(NamedTuple):
    """Text to replace in the config, and what the error must say."""

    old: str
    new: str
    says: str


CRF = '@architectures = "spacy-rnn.CRFTagger.v1"'
FACTORY = 'factory = "rnn_ner"'
CALLBACK = '{"@callbacks": "hostile.v1"}'
CONFIGS: Dict[str, Replacement] = {
    "architecture": Replacement(CRF, '@architectures = "hostile.v1"', "architectures"),
    "layer": Replacement(CRF, '@layers = "hostile.v1"', "layers"),
    "known name in another registry": Replacement(CRF, '@misc = "spacy-rnn.CRFTagger.v1"', "misc"),
    "name that is a number": Replacement(CRF, "@architectures = 1", "architectures"),
    "before_creation": Replacement(
        "before_creation = null", f"before_creation = {CALLBACK}", "nlp.before_creation"
    ),
    "after_creation": Replacement(
        "after_creation = null", f"after_creation = {CALLBACK}", "nlp.after_creation"
    ),
    "after_pipeline_creation": Replacement(
        "after_pipeline_creation = null",
        f"after_pipeline_creation = {CALLBACK}",
        "nlp.after_pipeline_creation",
    ),
    "tokenizer": Replacement('"spacy.Tokenizer.v1"', '"hostile.v1"', "tokenizers"),
    "vectors": Replacement('"spacy.Vectors.v1"', '"hostile.v1"', "vectors"),
    "scorer": Replacement('"spacy-rnn.ner_scorer.v1"', '"hostile.v1"', "scorers"),
    "factory": Replacement(FACTORY, 'factory = "hostile"', "factories"),
    "no factory": Replacement(FACTORY, "", "factories"),
    "language": Replacement('lang = "en"', 'lang = "hostile"', "languages"),
    "source": Replacement(FACTORY, 'source = "hostile"', "another pipeline"),
    "source beside a factory": Replacement(
        FACTORY, f'{FACTORY}\nsource = "/tmp/hostile"', "another pipeline"
    ),
    "file reader": Replacement(
        "overwrite = false",
        'overwrite = {"@readers": "srsly.read_json.v1", "path": "/etc/passwd"}',
        "readers",
    ),
    "unpickled weights": Replacement(
        '"spacy-rnn.BiLSTMEncoder.v1"', '"spacy.TorchBiLSTMEncoder.v1"', "TorchBiLSTM"
    ),
    "inside a list": Replacement(
        'attrs = ["WORD", "SHAPE"]', 'attrs = ["WORD", {"@misc": "hostile.v1"}]', "misc"
    ),
    "name from a variable": Replacement(
        CRF, '@architectures = ${paths.train}\n[paths.x]\ny="hostile.v1"', "architectures"
    ),
    "variable that appears later": Replacement(
        "before_creation = null", "before_creation = $${tokenizer}", "hides a variable"
    ),
    "reference in disguise": Replacement(
        "before_creation = null", 'before_creation = "__SECTION__:initialize"', "__SECTION__"
    ),
    "component outside": Replacement(
        "[corpora]", f"[components.../../hostile]\n{FACTORY}\n\n[corpora]", "called"
    ),
    "component outside, in one line": Replacement(
        "[components]", '[components]\n../hostile = {"factory": "rnn_ner"}', "called"
    ),
    "component called tokenizer": Replacement(
        "[corpora]", f"[components.tokenizer]\n{FACTORY}\n\n[corpora]", "cannot be called"
    ),
}

BOMBS: Dict[str, Replacement] = {
    "depth": Replacement("depth = 1", "depth = 20000000", "bound of 64"),
    "width": Replacement("width = 32", "width = 20000000", "bound of"),
    "list": Replacement("widths = [24, 8]", f"widths = {[1] * 100_000}", "bound of"),
    "infinity": Replacement("width = 32", "width = Infinity", "bound of"),
    "negative": Replacement("width = 32", "width = -20000000", "bound of"),
    "long": Replacement("[corpora]", "[corpora]\nx = " + "1" * 2_000_000, "longer than"),
    "doubling variables": Replacement(
        "[paths]",
        "[paths]\n"
        + "".join(f'x{i} = "' + f"${{paths.x{i + 1}}}" * 9 + '"\n' for i in range(9))
        + f'x9 = "{"y" * 999}"\n',
        "longer than",
    ),
    "sections in sections": Replacement(
        "[corpora]",
        "".join(
            f"[s{i}]\n" + "".join(f"k{j} = ${{s{i + 1}}}\n" for j in range(9)) + "\n"
            for i in range(15)
        )
        + "[s15]\nx = 1\n[corpora]",
        "longer than",
    ),
    "circle": Replacement("[paths]", "[paths]\nx = ${paths.y}\ny = ${paths.x}", "circle"),
    "section in itself": Replacement("[corpora]", "[a]\nx = ${a}\n[corpora]", "circle"),
    "deep list": Replacement("depth = 1", "depth = " + "[" * 100_000, "cannot be read"),
    "deep section": Replacement(
        "[corpora]",
        "".join(f"[{'.'.join(['a'] * n)}]\n" for n in range(1, 601)) + "[corpora]",
        "",
    ),
}

MANY = 6_000_000


def _attribute(block: bytes) -> Callable[[bytes], bytes]:
    def put(model: bytes) -> bytes:
        content = srsly.msgpack_loads(model)
        node = next(node for node in content["attrs"] if node)
        node[next(iter(node))] = block
        return srsly.msgpack_dumps(content)

    return put


EMPTY_LISTS = b"\xdd" + MANY.to_bytes(4, "big") + b"\x90" * MANY
FILES: Dict[str, Callable[[bytes], bytes]] = {
    "rnn_ner/model: a list without its items": lambda _: b"\xdd\xff\xff\xff\xff",
    "rnn_ner/model: millions of empty lists": lambda _: EMPTY_LISTS,
    "rnn_ner/model: lists in lists": lambda _: b"\x91" * 1_000_000,
    "rnn_ner/model: a text without its letters": lambda _: b"\xdb\xff\xff\xff\xff",
    "rnn_ner/model: the same in an attribute": _attribute(EMPTY_LISTS),
    "rnn_ner/model: a byte that begins nothing": lambda _: b"\xc1",
    "rnn_ner/model: something after the end": lambda model: model + b"\x90",
    "rnn_ner/cfg: lists in lists": lambda _: b"[" * 1_000_000,
    "tokenizer: millions of empty lists": lambda _: EMPTY_LISTS,
    "vocab/lookups.bin: millions of empty lists": lambda _: EMPTY_LISTS,
    "vocab/key2row: maps in maps": lambda _: b"\x81\x01" * 1_000_000,
    "vocab/strings.json: lists in lists": lambda _: b"[" * 1_000_000,
    "vocab/vectors: a table of a petabyte": lambda _: _numpy("<f4", (10**7, 10**8)),
    "vocab/vectors: pickled objects": lambda _: _numpy("|O", (1,)) + b"\x80\x04N.",
    "meta.json: not a block": lambda _: b"[]",
}


def _numpy(kind: str, shape: tuple) -> bytes:
    head = repr({"descr": kind, "fortran_order": False, "shape": shape}).encode().ljust(117)
    return b"\x93NUMPY\x01\x00" + (len(head) + 1).to_bytes(2, "little") + head + b"\n"


def replaced(root: Path, change: Replacement) -> None:
    """Change the config of a pipeline."""
    text = (root / "config.cfg").read_text(encoding="utf8")
    if change.old not in text:
        raise ValueError(f"{change.old!r} is not in the config")
    (root / "config.cfg").write_text(text.replace(change.old, change.new, 1), encoding="utf8")


def rewritten(root: Path, name: str) -> None:
    """Change a file of a pipeline. name: one of FILES."""
    file = root / name.split(":")[0]
    file.write_bytes(FILES[name](file.read_bytes()))


def largest_numbers(root: Path) -> Iterator[Config]:
    """The config of a pipeline with one number after the other at the bound of `safe_load`."""
    original = Config().from_disk(root / "config.cfg", interpolate=False)
    for place in _numbers(original["components"]):
        config = original.copy()
        node = config["components"]
        for key in place[:-1]:
            node = node[key]
        node[place[-1]] = Bounds().of_setting(place[-1])
        yield config


def _numbers(node: dict, place: tuple = ()) -> Iterator[tuple]:
    for key, value in node.items():
        if isinstance(value, dict):
            yield from _numbers(value, (*place, key))
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            yield (*place, key)
