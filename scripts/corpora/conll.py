"""Named entities in columns (CoNLL): a token and a tag per line, blank lines between sentences."""

import re
from pathlib import Path
from typing import Iterator, List, Tuple

from spacy.tokens import Doc
from spacy.training import biluo_tags_to_spans, iob_to_biluo
from spacy.vocab import Vocab

from .errors import CorpusError
from .lines import read_lines

TAG = re.compile(r"O|[BIESLU]-\S+")
# BIOES (also called IOBES) writes E and S for what BILUO calls L and U.
BIOES = {"E": "L", "S": "U"}
Sentence = List[Tuple[str, str]]


def read_conll(path: Path) -> Iterator[Sentence]:
    """Yield sentences of (token, tag). Fails on a line without a tag.

    Columns are split at tabs if the line has one, else at blanks. Lines with only blanks end a
    sentence, `-DOCSTART-` lines and `# key = value` comments are passed over. A token that is
    empty or a blank (they occur in tweets) cannot stand in a Doc and is left out.
    """
    sentence: Sentence = []
    for number, line in read_lines(path):
        if not line.strip() or line.startswith("-DOCSTART-"):
            if sentence:
                yield sentence
            sentence = []
            continue
        columns = line.split("\t") if "\t" in line else line.split()
        token, tag = columns[0].strip(), columns[-1].strip()
        if len(columns) < 2 or not TAG.fullmatch(tag):
            if line.startswith("# "):
                continue
            raise CorpusError(
                f"expected a token and a tag such as O or B-PER, found {line!r}", path, number
            )
        if token:
            sentence.append((token, BIOES.get(tag[0], tag[0]) + tag[1:]))
    if sentence:
        yield sentence


def conll_docs(path: Path, vocab: Vocab) -> Iterator[Doc]:
    """Yield one Doc per sentence, with the file's own tokens.

    Tags are read as conlleval does, so that IOB1, IOB2, BIOES and BILUO files all give the same
    spans. The Docs say that their spaces are unknown: only then does spaCy train and score on the
    corpus's tokens instead of tokenizing the text again.
    """
    for sentence in read_conll(path):
        doc = Doc(vocab, words=[token for token, _ in sentence])
        tags = iob_to_biluo([tag for _, tag in sentence])
        doc.set_ents(biluo_tags_to_spans(doc, tags))
        yield doc
