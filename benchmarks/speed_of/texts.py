"""The texts that speed is measured on, in portions: no candidate sees a text twice."""

from itertools import zip_longest
from pathlib import Path
from typing import Iterator, List, NamedTuple, Sequence

from spacy.language import Language
from spacy.tokens import Doc, DocBin
from spacy.training import Corpus, Example
from spacy.vocab import Vocab


class Place(NamedTuple):
    """A converted corpus. real: whether it is more than the sample."""

    folder: Path
    real: bool


def find(corpus_dir: Path, task: str, name: str) -> Place:
    """RETURNS: the corpus if it has been converted, else the sample's."""
    real = corpus_dir / name / task
    return Place(real, True) if (real / "train.spacy").is_file() else _sample(corpus_dir, task)


def _sample(corpus_dir: Path, task: str) -> Place:
    return Place(corpus_dir / "sample" / task, False)


def read(place: Place, parts: Sequence[str]) -> List[Doc]:
    """RETURNS: the Docs of several parts, one after the other."""
    vocab = Vocab()
    files = [place.folder / f"{part}.spacy" for part in parts]
    return [doc for file in files for doc in DocBin().from_disk(file).get_docs(vocab)]


def mix(places: Sequence[Place], count: int, folder: Path) -> Place:
    """A corpus of at most `count` texts from each of several, in turn. RETURNS: it, in `folder`."""
    for part in ("train", "dev", "test"):
        groups = [read(place, [part])[:count] for place in places]
        docs = [doc for turn in zip_longest(*groups) for doc in turn if doc is not None]
        DocBin(docs=docs, store_user_data=True).to_disk(folder / f"{part}.spacy")
    return Place(folder, all(place.real for place in places))


def portions(texts: List[str], words: int, count: int) -> List[List[str]]:
    """`count` lists of texts with about so many words each; from the front again when used up."""
    found: List[List[str]] = []
    endless = _again_and_again(texts)
    for _ in range(count):
        portion: List[str] = []
        size = 0
        while size < words:
            portion.append(next(endless))
            size += portion[-1].count(" ") + 1
        found.append(portion)
    return found


def _again_and_again(texts: List[str]) -> Iterator[str]:
    while True:
        yield from texts


def training_batches(nlp: Language, place: Place, words: int, count: int) -> List[List[Example]]:
    """`count` batches of about so many words, as spaCy's default batcher makes them."""
    batches: List[List[Example]] = []
    batch: List[Example] = []
    size = 0
    while len(batches) < count:
        for example in Corpus(place.folder / "train.spacy")(nlp):
            batch.append(example)
            size += len(example.reference)
            if size >= words:
                batches.append(batch)
                batch, size = [], 0
    return batches[:count]


def count_words(batch: Sequence[Example]) -> int:
    """RETURNS: the number of tokens of a batch."""
    return sum(len(example.reference) for example in batch)
