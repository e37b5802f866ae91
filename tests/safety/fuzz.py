"""Damage to the files of a pipeline, and what loading makes of it."""

import random
from pathlib import Path
from typing import Callable, Dict, Iterator, List, NamedTuple, Optional

import spacy
import srsly

from spacy_rnn import ModelFileError

Files = Dict[str, bytes]
Changes = Dict[str, Optional[bytes]]  # None: the file is deleted
MANIFEST = "manifest.json"


class Result(NamedTuple):
    """How often loading refused, read the same as before, read something else, or broke."""

    refused: int
    harmless: int
    silent: List[str]
    bare: List[str]

    @property
    def failures(self) -> List[str]:
        return self.silent + self.bare


def read_files(folder: Path) -> Files:
    """Everything in a folder, by name."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def damage(files: Files, chance: random.Random) -> Changes:
    """One way of damaging a pipeline. RETURNS: the files that differ."""
    changes: Changes = {}
    while not changes:
        kind = chance.choice([flip, truncate, splice, blank, swap, delete])
        found = kind(files, chance)
        changes = {name: block for name, block in found.items() if block != files[name]}
    return changes


def flip(files: Files, chance: random.Random) -> Changes:
    name = _pick(files, chance)
    block = bytearray(files[name])
    if block:
        block[chance.randrange(len(block))] ^= 1 << chance.randrange(8)
    return {name: bytes(block)}


def truncate(files: Files, chance: random.Random) -> Changes:
    name = _pick(files, chance)
    return {name: files[name][: chance.randrange(len(files[name]) + 1)]}


def splice(files: Files, chance: random.Random) -> Changes:
    """A piece of one file, in another."""
    name, block = _pick(files, chance), files[_pick(files, chance)]
    start, place = (chance.randrange(len(b) + 1) for b in (block, files[name]))
    piece, cut = block[start : start + chance.randrange(1, 4096)], chance.choice([0, 1, 64])
    return {name: files[name][:place] + piece + files[name][place + cut :]}


def blank(files: Files, chance: random.Random) -> Changes:
    """Zeros, as a disk leaves them where a block was lost."""
    name = _pick(files, chance)
    start, length = chance.randrange(len(files[name]) + 1), chance.randrange(1, 4096)
    piece = files[name][start : start + length]
    return {name: files[name][:start] + bytes(len(piece)) + files[name][start + len(piece) :]}


def swap(files: Files, chance: random.Random) -> Changes:
    one, other = _pick(files, chance), _pick(files, chance)
    return {one: files[other], other: files[one]}


def delete(files: Files, chance: random.Random) -> Changes:
    """A file, or a whole folder."""
    name = _pick(files, chance)
    folder = name.split("/")[0]
    whole = chance.random() < 0.3
    return {n: None for n in files if n == name or (whole and n.startswith(f"{folder}/"))}


def _pick(files: Files, chance: random.Random) -> str:
    return chance.choice(sorted(files))


def fuzz(
    folder: Path, cases: int, seed: int, load: Callable[[Path], object], prepare=lambda folder: None
) -> Result:
    """Damage a pipeline in many ways, one after the other, and try to load it.

    load: what loads it. prepare: called before, for instance to seal what is damaged.
    """
    chance, files = random.Random(seed), read_files(folder)
    return judge(folder, (damage(files, chance) for _ in range(cases)), load, prepare)


def judge(
    folder: Path,
    damages: Iterator[Changes],
    load: Callable[[Path], object],
    prepare: Callable[[Path], object] = lambda folder: None,
) -> Result:
    """RETURNS: what loading makes of each damage. The folder is put right again."""
    files, refused, harmless = read_files(folder), 0, 0
    silent, bare = [], []
    for number, changes in enumerate(damages):
        _write(folder, changes)
        try:
            prepare(folder)
            load(folder)
            if set(changes) <= {MANIFEST}:
                harmless += 1  # every file of the pipeline is what it was
            else:
                silent.append(f"{number}: {sorted(changes)}")
        except ModelFileError:
            refused += 1
        except Exception as error:
            bare.append(f"{number}: {sorted(changes)}: {type(error).__name__}: {error}")
        _write(folder, {**{name: files[name] for name in changes}, MANIFEST: files[MANIFEST]})
    return Result(refused, harmless, silent, bare)


def _write(folder: Path, changes: Changes) -> None:
    for name, block in changes.items():
        if block is None:
            (folder / name).unlink()
        else:
            (folder / name).write_bytes(block)


def weight_flips(files: Files, cases: int, seed: int) -> Iterator[Changes]:
    """One flipped bit in a block of weights of our own layers."""
    chance = random.Random(seed)
    places = [
        (name, block.index(weights), len(weights))
        for name, block in files.items()
        if name.endswith("/model")
        for weights in _strings(srsly.msgpack_loads(block)["shims"])
        if len(weights) > 1
    ]
    for _ in range(cases):
        name, start, length = chance.choice(places)
        block = bytearray(files[name])
        block[start + chance.randrange(length)] ^= 1 << chance.randrange(8)
        yield {name: bytes(block)}


def _strings(node: object) -> Iterator[bytes]:
    if isinstance(node, bytes):
        yield node
    elif isinstance(node, list):
        for inner in node:
            yield from _strings(inner)


def components_reader(folder: Path) -> Callable[[Path], None]:
    """A function that reads the components as `spacy.load` does, without any manifest."""
    nlp = spacy.load(folder)

    def read(folder: Path) -> None:
        for name, pipe in nlp.pipeline:
            pipe.from_disk(folder / name, exclude=["vocab"])

    return read
