"""Corpora of pairs, a text and what it becomes: a summary or a translation."""

import zipfile
from functools import partial
from pathlib import Path
from typing import Dict, Iterable, Iterator, List, NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from .arxiv import SPACE, read_papers, split_papers
from .docbins import declare
from .errors import CorpusError
from .lines import read_jsonl, require
from .own import docbin_docs, folder_of, read_folder
from .splits import Splits, part_of

REAL = {"summary": "arxiv", "translation": "tatoeba"}
TASKS = {"summary": "summarize", "translation": "translate"}


class Pair(NamedTuple):
    """A source text, its target, and further targets that are as good (for scoring)."""

    source: str
    target: str
    others: List[str] = []


def load(corpus: str, assets: Path, nlp: Language, attr: str) -> Splits:
    """Read a corpus by name, or a folder of .jsonl or .spacy files.

    attr: `summary` or `translation`: the field of a .jsonl file, and where a Doc keeps its target.
    """
    declare(attr)
    corpus = REAL[attr] if corpus == "real" else corpus
    if corpus in PUBLISHED[attr]:
        parts = PUBLISHED[attr][corpus](assets / corpus)
        return {part: _docs(pairs, nlp, attr) for part, pairs in parts.items()}
    readers = {
        ".jsonl": lambda path: _docs(jsonl_pairs(path, attr), nlp, attr),
        ".spacy": partial(docbin_docs, vocab=nlp.vocab),
    }
    return read_folder(folder_of(corpus, assets, TASKS[attr]), readers)


def _docs(pairs: Iterable[Pair], nlp: Language, attr: str) -> Iterator[Doc]:
    """Yield source Docs: a target in `doc._.<attr>`, several in `user_data["references"]`."""
    for pair in pairs:
        doc = nlp.make_doc(pair.source)
        doc._.set(attr, pair.target)
        if pair.others:
            doc.user_data["references"] = [pair.target, *pair.others]
        yield doc


def jsonl_pairs(path: Path, attr: str) -> Iterator[Pair]:
    """Yield pairs of `{"text": ..., "<attr>": ...}`. Fails if either is blank."""
    for line, record in read_jsonl(path, {"text": str, attr: str}):
        for name in ("text", attr):
            if not record[name].strip():
                raise CorpusError(
                    f"field '{name}' is blank: a pair needs a source and a target", path, line
                )
        yield Pair(record["text"], record[attr])


def arxiv(folder: Path) -> Dict[str, List[Pair]]:
    """Abstract to title."""
    parts = split_papers(read_papers(folder))
    return {
        part: [Pair(paper.abstract, paper.title) for paper in papers]
        for part, papers in parts.items()
    }


def scitldr(folder: Path) -> Dict[str, Iterator[Pair]]:
    """Abstract to one sentence; several people wrote one for each paper of dev and test."""
    return {part: _scitldr(folder / f"{part}.jsonl") for part in ("train", "dev", "test")}


def _scitldr(path: Path) -> Iterator[Pair]:
    for line, record in read_jsonl(path, {"source": list, "target": list}):
        source = SPACE.sub(" ", " ".join(record["source"])).strip()
        targets = [SPACE.sub(" ", target).strip() for target in record["target"]]
        if not source or not any(targets):
            raise CorpusError("a paper needs a source and a target", path, line)
        first, *others = [target for target in targets if target]
        yield Pair(source, first, others)


def tatoeba(folder: Path) -> Dict[str, List[Pair]]:
    """German to English. Split by the English side, as many sentences have several translations."""
    path = require(folder / "deu-eng.zip")
    try:
        with zipfile.ZipFile(path) as archive:
            lines = archive.read("deu.txt").decode("utf8").splitlines()
    except (zipfile.BadZipFile, KeyError, UnicodeDecodeError) as error:
        raise CorpusError(f"cannot be read: {error}", path) from error
    parts: Dict[str, List[Pair]] = {"train": [], "dev": [], "test": []}
    seen = set()
    for number, line in enumerate(lines, start=1):
        columns = line.split("\t")
        if len(columns) < 2:
            raise CorpusError("expected an English and a German sentence", path / "deu.txt", number)
        english, german = (SPACE.sub(" ", column).strip() for column in columns[:2])
        if english and german and (english, german) not in seen:
            seen.add((english, german))
            parts[part_of(english, test=1, dev=1)].append(Pair(german, english))
    return parts


PUBLISHED = {"summary": {"arxiv": arxiv, "scitldr": scitldr}, "translation": {"tatoeba": tatoeba}}
