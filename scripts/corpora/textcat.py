"""Corpora of classified texts. Readers give (text, labels) rows; one place makes Docs of them."""

import csv
import json
from collections import Counter, defaultdict
from functools import partial
from pathlib import Path
from typing import Dict, Iterable, Iterator, List, NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from .arxiv import read_papers, split_papers
from .errors import CorpusError
from .lines import read_jsonl, read_lines, require
from .own import docbin_docs, folder_of, read_folder
from .splits import Splits, few, hold_out
from .tables import read_table

REAL = {False: "banking77", True: "goemotions"}


class Row(NamedTuple):
    """A text with its labels, and where it stands in which file."""

    text: str
    labels: List[str]
    path: Path
    line: int = None


Rows = Dict[str, List[Row]]


def load(corpus: str, assets: Path, nlp: Language, multilabel: bool = False) -> Splits:
    """Read a corpus by name, or a folder of .jsonl or .spacy files.

    multilabel: read the `labels` of own .jsonl files instead of their `label`, and let `real`
    mean the multilabel corpus. A corpus with several labels per text is refused without it, since
    no classifier of exclusive labels could be trained on it.
    """
    corpus = REAL[multilabel] if corpus == "real" else corpus
    if corpus.endswith("_multilabel"):
        corpus, multilabel = corpus[: -len("_multilabel")], True
    if corpus in MULTILABEL and not multilabel:
        raise CorpusError(
            f"'{corpus}' has several labels per text: say --multilabel (workflow 'multilabel')"
        )
    if corpus in PUBLISHED:
        return to_docs(PUBLISHED[corpus](assets / corpus), nlp)
    folder = folder_of(corpus, assets, "textcat")
    if any(folder.glob("train.spacy")):
        return read_folder(folder, {".spacy": partial(docbin_docs, vocab=nlp.vocab)})
    read = partial(jsonl_rows, multilabel=multilabel)
    return to_docs(
        {part: list(rows) for part, rows in read_folder(folder, {".jsonl": read}).items()}, nlp
    )


def to_docs(rows: Rows, nlp: Language) -> Splits:
    """Give every Doc a value, 1.0 or 0.0, for every label of the training part.

    Fails on a label that only occurs in dev or test: no model could ever predict it.
    """
    known = sorted({label for row in rows["train"] for label in row.labels})
    if len(known) < 2:
        raise CorpusError(
            f"at least two labels are needed to classify, the training part has {known}"
        )
    for part in ("dev", "test"):
        for row in rows[part]:
            for label in set(row.labels).difference(known):
                raise CorpusError(
                    f"label '{label}' never occurs in the training part", row.path, row.line
                )
    return {part: _docs(rows[part], known, nlp) for part in rows}


def _docs(rows: Iterable[Row], labels: List[str], nlp: Language) -> Iterator[Doc]:
    for row in rows:
        doc = nlp.make_doc(row.text)
        doc.cats = {label: float(label in row.labels) for label in labels}
        yield doc


def jsonl_rows(path: Path, multilabel: bool) -> Iterator[Row]:
    """Yield rows of `{"text": ..., "label": ..., "labels": [...]}`, from one of the two fields."""
    field, kind = ("labels", list) if multilabel else ("label", str)
    for line, record in read_jsonl(path, {"text": str, field: kind}):
        labels = record[field] if multilabel else [record[field]]
        if not all(isinstance(label, str) and label for label in labels):
            raise CorpusError(f"field '{field}' must hold names that are not empty", path, line)
        yield Row(record["text"], labels, path, line)


def banking77(folder: Path) -> Rows:
    """77 intents. The dev part is a tenth of each class of train, chosen by a hash of the text."""
    parts = {}
    for part in ("train", "test"):
        path = folder / f"{part}.csv"
        rows = read_table(path, ["text", "category"])
        parts[part] = [
            Row(row["text"].strip(), [row["category"]], path, line) for line, row in rows
        ]
    held_out = set(hold_out(_by_class(parts["train"]), 0.1))
    dev = [row for row in parts["train"] if row.text in held_out]
    train = [row for row in parts["train"] if row.text not in held_out]
    return {"train": train, "dev": dev, "test": parts["test"]}


def _by_class(rows: List[Row]) -> Dict[str, List[str]]:
    texts = defaultdict(list)
    for row in rows:
        texts[row.labels[0]].append(row.text)
    return texts


def banking77_10(folder: Path) -> Rows:
    """Banking77 with 10 texts of each class to train on, chosen by their hash."""
    parts = banking77(folder.with_name("banking77"))
    kept = set(few(_by_class(parts["train"]), 10))
    return {**parts, "train": [row for row in parts["train"] if row.text in kept]}


def clinc150(folder: Path) -> Rows:
    """150 intents, and the queries out of scope as one more class, `oos`."""
    path = require(folder / "data_full.json")
    names = {"train": "train", "dev": "val", "test": "test"}
    try:
        data = json.loads(path.read_text("utf8"))
        return {
            part: [Row(text, [label], path) for text, label in data[name] + data[f"oos_{name}"]]
            for part, name in names.items()
        }
    except (ValueError, KeyError, TypeError) as error:
        raise CorpusError(f"not CLINC150's data_full.json: {error!r}", path) from error


def goemotions(folder: Path) -> Rows:
    """28 emotions, several per comment; the labels are numbers of lines in labels.txt."""
    names = [text.strip() for _, text in read_lines(folder / "labels.txt") if text.strip()]
    parts = {}
    for part in ("train", "dev", "test"):
        path = folder / f"{part}.tsv"
        # Quotation marks are part of the comments here: nothing is quoted.
        rows = read_table(path, ["text", "label"], delimiter="\t", quoting=csv.QUOTE_NONE)
        parts[part] = [
            Row(
                row["text"],
                [_emotion(index, names, path, line) for index in row["label"].split(",")],
                path,
                line,
            )
            for line, row in rows
        ]
    return parts


def _emotion(index: str, names: List[str], path: Path, line: int) -> str:
    """RETURNS: the name of a label that is given as a number."""
    if not index.isdecimal() or int(index) >= len(names):
        raise CorpusError(f"label '{index}' is not the number of a line in labels.txt", path, line)
    return names[int(index)]


def arxiv(folder: Path) -> Rows:
    """The categories of a paper from its abstract; those on at least 1 % of the training papers."""
    parts = split_papers(read_papers(folder))
    counts = Counter(category for paper in parts["train"] for category in paper.categories)
    kept = {category for category, count in counts.items() if count >= 0.01 * len(parts["train"])}
    return {
        part: [
            Row(paper.abstract, [c for c in paper.categories if c in kept], folder)
            for paper in papers
        ]
        for part, papers in parts.items()
    }


MULTILABEL = ("goemotions", "arxiv")
PUBLISHED = {
    "banking77": banking77,
    "banking77_10": banking77_10,
    "clinc150": clinc150,
    "goemotions": goemotions,
    "arxiv": arxiv,
}
