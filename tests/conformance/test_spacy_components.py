"""Every encoder inside spaCy's own components."""

from itertools import product

import pytest
import spacy
from spacy.training import Example

ENCODERS = {
    "lstm": {"@architectures": "spacy-rnn.BiLSTMEncoder.v1", "width": 32},
    "gru": {"@architectures": "spacy-rnn.BiGRUEncoder.v1", "width": 32, "depth": 2},
    "elman": {"@architectures": "spacy-rnn.RNNEncoder.v1", "cell": "elman", "width": 32},
}
EMBEDS = {
    "hash": {
        "@architectures": "spacy.MultiHashEmbed.v2",
        "width": 16,
        "rows": [200, 200],
        "attrs": ["NORM", "SUFFIX"],
        "include_static_vectors": False,
    },
    "word": {
        "@architectures": "spacy-rnn.WordEmbed.v1",
        "attrs": ["WORD", "SUFFIX"],
        "widths": [24, 8],
        "unk_rate": 0.0,
        "word_dropout": 0.0,
    },
}
TEXT = "Ada met Bob in Rome"
GOLD = {
    "tagger": {"tags": ["N", "V", "N", "P", "N"]},
    "ner": {"entities": [(0, 3, "PERSON"), (8, 11, "PERSON"), (15, 19, "PLACE")]},
    "textcat": {"cats": {"A": 1.0, "B": 0.0}},
    "spancat": {"spans": {"sc": [(0, 3, "PERSON"), (15, 19, "PLACE")]}},
}


def pipeline(component, encode, embed):
    spacy.util.fix_random_seed(0)
    nlp = spacy.blank("en")
    tok2vec = {"@architectures": "spacy.Tok2Vec.v2", "embed": embed, "encode": encode}
    nlp.add_pipe("tok2vec", config={"model": tok2vec})
    listener = {"@architectures": "spacy.Tok2VecListener.v1", "width": 32}
    model = {"tok2vec": listener}
    if component == "textcat":
        model = {
            "@architectures": "spacy-rnn.TextCatRNN.v1",
            "exclusive_classes": True,
            "pooling": ["mean"],
            "tok2vec": listener,
        }
    nlp.add_pipe(component, config={"model": model})
    return nlp


def chosen():
    """YIELDS: every component with every encoder, and with every embedding; the rest is slow."""
    for i, choice in enumerate(product(GOLD, ENCODERS, EMBEDS)):
        rest = (i // 2 + i) % 2
        yield pytest.param(*choice, marks=pytest.mark.slow) if rest else pytest.param(*choice)


@pytest.mark.parametrize("component, encoder, embed", chosen())
def test_it_trains_and_reads_the_same_in_any_batch(component, encoder, embed, tmp_path):
    nlp = pipeline(component, ENCODERS[encoder], EMBEDS[embed])
    examples = [Example.from_dict(nlp.make_doc(TEXT), GOLD[component])]
    if component == "textcat":
        other = {"cats": {"A": 0.0, "B": 1.0}}
        examples.append(Example.from_dict(nlp.make_doc("Nobody came"), other))
    optimizer = nlp.initialize(lambda: examples)
    optimizer.learn_rate = 0.01
    losses = [nlp.update(examples, sgd=optimizer)[component] for _ in range(40)]
    assert losses[-1] < 0.5 * losses[0]
    texts = [TEXT, "", "Rome", TEXT + " again and again" * 30]
    alone = [nlp(text).tensor for text in texts]
    for size in (2, 4):
        for doc, tensor in zip(nlp.pipe(texts, batch_size=size), alone):
            assert doc.tensor.shape == tensor.shape
            assert abs(doc.tensor - tensor).max(initial=0.0) < 1e-5
    nlp.to_disk(tmp_path)
    assert (spacy.load(tmp_path)(TEXT).tensor == nlp(TEXT).tensor).all()
