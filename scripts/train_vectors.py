"""Train word vectors on raw texts and save them as a pipeline for `--paths.vectors`."""

import sys
from pathlib import Path
from typing import Iterator, List, Tuple

import numpy
import spacy
import typer
from corpora.errors import CorpusError, reported
from corpora.lines import read_jsonl, read_lines
from spacy.language import Language
from spacy.tokens import Doc, DocBin
from spacy.vectors import Vectors

MISSING = 'Training vectors needs gensim: pip install "spacy-rnn[vectors]"'
# Frequent words are read less often (Mikolov et al. 2013).
SAMPLE = 1e-4
NEGATIVES = 5
# Standard deviation of the numbers, as of new learned vectors: beside those, vectors of unit length
# are too faint to be listened to.
SPREAD = 0.3


def read_sentences(path: Path, nlp: Language) -> Iterator[List[str]]:
    """Yield the lower-cased tokens of each line, `text` of JSONL, or Doc of a .spacy file.

    A folder is read file by file.
    """
    if not path.exists():
        raise CorpusError("not there. `spacy project run texts` gathers what was downloaded", path)
    if path.is_dir():
        for file in sorted(path.iterdir()):
            yield from read_sentences(file, nlp)
        return
    for doc in _docs(path, nlp):
        # Interned: millions of tokens are few distinct words.
        yield [sys.intern(token.lower_) for token in doc if not token.is_space]


def _docs(path: Path, nlp: Language) -> Iterator[Doc]:
    if path.suffix == ".spacy":
        return DocBin().from_disk(path).get_docs(nlp.vocab)
    if path.suffix == ".jsonl":
        return nlp.tokenizer.pipe(record["text"] for _, record in read_jsonl(path, {"text": str}))
    return nlp.tokenizer.pipe(text for _, text in read_lines(path) if text.strip())


def train_vectors(
    sentences: List[List[str]], width: int, window: int, min_count: int, epochs: int, seed: int
) -> Tuple[List[str], numpy.ndarray]:
    """Skip-grams with negative sampling (Mikolov et al. 2013), on one thread to be repeatable.

    RETURNS: words, most frequent first, and their vectors, (words, width), of one length.
    """
    try:
        from gensim.models import Word2Vec
    except ImportError as error:
        raise CorpusError(MISSING) from error
    try:
        model = Word2Vec(
            sentences,
            sg=1,
            negative=NEGATIVES,
            sample=SAMPLE,
            vector_size=width,
            window=window,
            min_count=min_count,
            epochs=epochs,
            seed=seed,
            workers=1,
        )
    except RuntimeError as error:
        raise CorpusError(
            f"no word occurs {min_count} times: give more texts, or a lower --min-count"
        ) from error
    length = SPREAD * width**0.5
    return model.wv.index_to_key, length * model.wv.get_normed_vectors()


def main(
    output: Path = typer.Argument(..., help="Where to write the pipeline"),
    texts: List[Path] = typer.Argument(..., help="Raw texts: .txt, .jsonl, .spacy, folders"),
    lang: str = typer.Option("en", help="The language, whose tokenizer is used"),
    width: int = typer.Option(100, help="Width of the vectors"),
    window: int = typer.Option(5, help="Words on either side that count as context"),
    min_count: int = typer.Option(3, help="Rarer words get no vector"),
    epochs: int = typer.Option(5, help="Passes over the texts"),
    seed: int = typer.Option(0, help="Seed of the random numbers"),
) -> None:
    """Learn what words mean from the texts around them, without annotation.

    The vectors are those of lower-cased words; `spacy-rnn.WordEmbed.v1` gives them to Aspirin and
    ASPIRIN as well.
    """
    with reported():
        nlp = spacy.blank(lang)
        sentences = [words for path in texts for words in read_sentences(path, nlp)]
        words, table = train_vectors(sentences, width, window, min_count, epochs, seed)
        nlp.vocab.vectors = Vectors(
            strings=nlp.vocab.strings,
            data=numpy.ascontiguousarray(table, dtype="float32"),
            keys=[nlp.vocab.strings.add(word) for word in words],
            name=f"{lang}_vectors",
        )
        nlp.to_disk(output)
        tokens = sum(map(len, sentences))
        typer.echo(f"✔ {output}: {len(words):,} words from {tokens:,} tokens")


if __name__ == "__main__":
    typer.run(main)
