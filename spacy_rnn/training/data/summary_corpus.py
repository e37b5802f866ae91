"""The reader for pairs of a text and what is to be written about it."""

from __future__ import annotations

from itertools import zip_longest
from pathlib import Path
from typing import Callable, Iterable, Iterator, Optional

from spacy.attrs import ORTH, SPACY
from spacy.language import Language
from spacy.tokens import Doc, DocBin
from spacy.training import Example
from spacy.util import ensure_path
from srsly.msgpack import Unpacker

from ...annotations import declare_target
from .records import records_of, text_of

SUFFIXES = (".jsonl", ".spacy")


def SummaryCorpus(
    path: Optional[str],
    attr: str = "summary",
    source_field: str = "text",
    target_field: Optional[str] = None,
    max_source_length: int = 0,
    limit: int = 0,
) -> Callable[[Language], Iterator[Example]]:
    """Examples whose reference holds its target in `doc._.<attr>`.

    path: a file, or a folder with files, of JSON lines (.jsonl) or Docs (.spacy, saved with
        `store_user_data`).
    attr: where the target goes, and where a .spacy file has it.
    source_field, target_field: of a JSON line; the target's is `attr` if not given.
    max_source_length: tokens of a source that are kept, 0 for all.
    limit: examples at most, 0 for all.
    RAISES: ValueError naming the file, the line and what is wrong there.
    """
    declare_target(attr)
    fields = (source_field, target_field or attr)

    def read(nlp: Language) -> Iterator[Example]:
        count = 0
        for file in _files(path):
            docs = (
                _jsonl(file, nlp, attr, *fields) if file.suffix == ".jsonl" else _docbin(file, nlp)
            )
            for doc in docs:
                yield _example(doc, attr, max_source_length)
                count += 1
                if count == limit:
                    return

    return read


def _files(path: Optional[str]) -> Iterable[Path]:
    place = ensure_path(path)
    if place is None or not place.exists():
        raise ValueError(f"corpora.path: there is no file or folder {path}")
    files = (
        [place] if place.is_file() else sorted(p for p in place.rglob("*") if p.suffix in SUFFIXES)
    )
    if not files or files[0].suffix not in SUFFIXES:
        raise ValueError(
            f"corpora.path: expected {' or '.join(SUFFIXES)} files, found none in {path}"
        )
    return files


def _example(gold: Doc, attr: str, longest: int) -> Example:
    target = gold._.get(attr)
    references = gold.user_data.get("references")
    if longest and len(gold) > longest:
        gold = gold[:longest].as_doc()
        gold._.set(attr, target)
        if references:
            gold.user_data["references"] = references
    tokens = gold.to_array([ORTH, SPACY])
    return Example(Doc(gold.vocab, tokens[:, 0], tokens[:, 1]), gold)


def _docbin(file: Path, nlp: Language) -> Iterator[Doc]:
    try:
        docs = DocBin().from_disk(file)
    except Exception as error:  # zlib, msgpack and KeyError alike: the file is not a DocBin.
        raise ValueError(f"{file} is not a corpus that spaCy's DocBin wrote ({error})") from error
    # Unpacked here, as DocBin would set up an unpacker for each doc, which takes most of its time.
    packed, docs.user_data = docs.user_data, []
    unpacker = Unpacker(use_list=False, raw=False, max_buffer_size=0)
    for doc, data in zip_longest(docs.get_docs(nlp.vocab), packed):
        if data:
            unpacker.feed(data)
            doc.user_data.update(unpacker.unpack())
        yield doc


def _jsonl(
    file: Path, nlp: Language, attr: str, source_field: str, target_field: str
) -> Iterator[Doc]:
    for place, record in records_of(file):
        doc = nlp.make_doc(text_of(record, source_field, place))
        doc._.set(attr, text_of(record, target_field, place))
        yield doc
