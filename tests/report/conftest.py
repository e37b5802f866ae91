"""A trained pipeline of every kind, on a dozen texts."""

import pytest
import spacy
from spacy.tokens import Doc, DocBin

from spacy_rnn.annotations import declare_target

FACTORIES = ("rnn_ner", "rnn_textcat", "rnn_summarizer")
NAMES = ("Anna", "Otto", "Lima")


def annotated(nlp):
    declare_target("summary")
    for i in range(12):
        name = NAMES[i % 3]
        made = nlp.make_doc(f"{name} went home & slept")
        made.ents = [made.char_span(0, len(name), label="PERSON")]
        made.cats = {"EVEN": float(i % 2 == 0), "ODD": float(i % 2)}
        made._.summary = f"{name} slept"
        yield made


@pytest.fixture(scope="module", params=FACTORIES)
def trained(request, tmp_path_factory):
    """An output directory with model-best, and the corpus beside it."""
    folder = tmp_path_factory.mktemp(request.param)
    nlp = spacy.blank("en")
    nlp.add_pipe(request.param)
    docs = list(annotated(nlp))
    DocBin(docs=docs, store_user_data=True).to_disk(folder / "dev.spacy")
    corpus = {"@readers": "spacy.Corpus.v1", "path": str(folder / "dev.spacy")}
    corpus["gold_preproc"] = False
    nlp.config["corpora"] = {"train": corpus, "dev": corpus}

    def examples():
        return [spacy.training.Example(Doc(nlp.vocab, [t.text for t in d]), d) for d in docs]

    optimizer = nlp.initialize(examples)
    for _ in range(30):
        nlp.update(examples(), sgd=optimizer)
    (folder / "out").mkdir()
    nlp.to_disk(folder / "out" / "model-best")
    return folder / "out"
