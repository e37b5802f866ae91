"""A corpus that is a folder with train, dev and test files."""

from pathlib import Path
from typing import Callable, Dict, Iterable, Iterator

from spacy.tokens import Doc, DocBin
from spacy.vocab import Vocab

from .errors import CorpusError
from .splits import PARTS, Splits

Reader = Callable[[Path], Iterable[Doc]]


def folder_of(corpus: str, assets: Path, task: str) -> Path:
    """Find the folder of a corpus: ASSETS/<corpus>/<task>, <corpus>/<task> or <corpus> itself.

    Fails if there is none. The project's own `sample` is found this way, and so is any folder
    that a user puts beside it.
    """
    places = [assets / corpus / task, Path(corpus) / task, Path(corpus)]
    for place in places:
        if place.is_dir():
            return place
    raise CorpusError(f"unknown corpus '{corpus}': neither a known name nor a folder ({places[0]})")


def read_folder(folder: Path, readers: Dict[str, Reader]) -> Splits:
    """Read a folder with one file for each of train, dev and test.

    readers: a function for each file suffix. Fails on a part with no file, or with two.
    """
    splits = {}
    for part in PARTS:
        found = [path for path in sorted(folder.glob(f"{part}.*")) if path.suffix in readers]
        if len(found) != 1:
            seen = ", ".join(path.name for path in found) or "none"
            wanted = ", ".join(part + suffix for suffix in readers)
            raise CorpusError(f"expected one of {wanted}; found {seen}", folder)
        splits[part] = _not_empty(found[0], readers[found[0].suffix])
    return splits


def docbin_docs(path: Path, vocab: Vocab) -> Iterator[Doc]:
    """Yield the Docs of a .spacy file."""
    try:
        docs = DocBin().from_disk(path)
    except Exception as error:  # zlib, msgpack and KeyError alike: the file is not a DocBin.
        raise CorpusError(f"not a .spacy file: {error}", path) from error
    yield from docs.get_docs(vocab)


def _not_empty(path: Path, reader: Reader) -> Iterator[Doc]:
    empty = True
    for doc in reader(path):
        empty = False
        yield doc
    if empty:
        raise CorpusError("the file holds no examples", path)
