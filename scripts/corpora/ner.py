"""Corpora of named entities."""

from functools import partial
from pathlib import Path
from typing import Iterator, List

import typer
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from .conll import conll_docs
from .errors import CorpusError
from .lines import read_jsonl
from .own import docbin_docs, folder_of, read_folder
from .splits import Splits

REAL = "bc5cdr"
FILES = {
    "wnut17": ("wnut17train.conll", "emerging.dev.conll", "emerging.test.annotated"),
    "bc5cdr": ("train.tsv", "devel.tsv", "test.tsv"),
    "ncbi_disease": ("train.tsv", "devel.tsv", "test.tsv"),
    "broad_twitter": ("btc.train", "btc.dev", "btc.test"),
}


def load(corpus: str, assets: Path, nlp: Language) -> Splits:
    """Read a corpus by name, or a folder of .jsonl, .conll, .iob, .tsv or .spacy files."""
    corpus = REAL if corpus == "real" else corpus
    if corpus in FILES:
        train, dev, test = (conll_docs(assets / corpus / name, nlp.vocab) for name in FILES[corpus])
        return {"train": train, "dev": dev, "test": test}
    columns = partial(conll_docs, vocab=nlp.vocab)
    readers = {
        ".jsonl": partial(jsonl_docs, nlp=nlp),
        ".conll": columns,
        ".iob": columns,
        ".tsv": columns,
        ".spacy": partial(docbin_docs, vocab=nlp.vocab),
    }
    return read_folder(folder_of(corpus, assets, "ner"), readers)


def jsonl_docs(path: Path, nlp: Language) -> Iterator[Doc]:
    """Yield a Doc for each `{"text": ..., "entities": [[start, end, label], ...]}`.

    An entity that does not begin and end with a token is no entity the model could predict, and
    not "no entity" either: its tokens become missing values, and a warning names the line.
    """
    for line, record in read_jsonl(path, {"text": str, "entities": list}):
        doc = nlp.make_doc(record["text"])
        spans: List[Span] = []
        missing: List[Span] = []
        for entity in record["entities"]:
            start, end, label = _offsets(entity, doc, path, line)
            span = doc.char_span(start, end, label=label)
            if span is None:
                typer.secho(
                    f"⚠ {path}:{line}: {doc.text[start:end]!r} does not end where tokens end: "
                    "annotation of its tokens left open",
                    fg=typer.colors.YELLOW,
                    err=True,
                )
                missing.append(doc.char_span(start, end, alignment_mode="expand"))
            else:
                spans.append(span)
        if len(filter_spans(spans + missing)) < len(spans + missing):
            raise CorpusError("two entities overlap", path, line)
        doc.set_ents(spans, missing=missing)
        yield doc


def _offsets(entity, doc: Doc, path: Path, line: int):
    """RETURNS: start, end, label of an entity as JSON, checked."""
    if not isinstance(entity, list) or [type(field) for field in entity] != [int, int, str]:
        raise CorpusError(f"an entity must be [start, end, label], found {entity!r}", path, line)
    start, end, label = entity
    if not 0 <= start < end <= len(doc.text):
        raise CorpusError(
            f"entity {entity!r} lies outside the text of {len(doc.text)} characters", path, line
        )
    if not label:
        raise CorpusError(f"entity {entity!r} has an empty label", path, line)
    return start, end, label
