import numpy as np
import pytest
import spacy
from thinc.api import Model, fix_random_seed

from spacy_rnn.models.textcat import TextCatRNN

WORDS = [f"w{i}" for i in range(20)]
LONG, SHORT = (spacy.blank("en").make_doc(" ".join(words)) for words in (WORDS, WORDS[:3]))


def recorder(reads_slices=True):
    """A tok2vec, and the list of what it has read."""
    read = []

    def forward(model, docs, is_train):
        read.extend([token.text for token in doc] for doc in docs)
        return [np.zeros((len(doc), 4), dtype="float32") for doc in docs], lambda d: docs

    embed = Model("embed", forward, attrs={"reads_slices": reads_slices})
    return Model("tok2vec", forward, dims={"nO": 4}, layers=[embed]), read


def classifier(excerpt, **settings):
    tok2vec, read = recorder(**settings)
    model = TextCatRNN(tok2vec, True, ["mean"], excerpt=excerpt, nO=2)
    model.initialize(X=[LONG])
    read.clear()
    return model, read


def test_training_reads_another_passage_each_time_and_short_texts_whole():
    fix_random_seed(0)
    model, read = classifier(5)
    for _ in range(60):
        model.begin_update([LONG, SHORT])
    starts = {WORDS.index(words[0]) for words in read[::2]}
    assert starts == set(range(16)), "every passage comes, the first and the last one too"
    assert all(words == WORDS[WORDS.index(words[0]) :][:5] for words in read[::2])
    assert all(words == WORDS[:3] for words in read[1::2])


@pytest.mark.parametrize("excerpt, is_train", [(5, False), (None, True), (20, True)])
def test_otherwise_texts_are_read_whole(excerpt, is_train):
    model, read = classifier(excerpt)
    model([LONG], is_train)
    assert read == [WORDS]


def test_an_encoder_that_cannot_read_slices_is_refused():
    with pytest.raises(ValueError, match="model.excerpt needs"):
        classifier(5, reads_slices=False)
    assert classifier(None, reads_slices=False)
