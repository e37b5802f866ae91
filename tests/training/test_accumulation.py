"""Gradients gathered over parts of a batch."""

import numpy as np
import spacy
from spacy.training import Example
from thinc.api import SGD, fix_random_seed

from spacy_rnn.layers.torch_modules import modules_in

TEXTS = ("Anna sings", "the dog ran home", "Otto", "a cat saw it")
RATE = 0.1
# Nothing in it is left to chance.
MODEL = {
    "@architectures": "spacy-rnn.CRFTagger.v1",
    "tok2vec": {
        "@architectures": "spacy.Tok2Vec.v2",
        "embed": {
            "@architectures": "spacy.MultiHashEmbed.v2",
            "width": 16,
            "attrs": ["NORM"],
            "rows": [50],
            "include_static_vectors": False,
        },
        "encode": {"@architectures": "spacy-rnn.BiLSTMEncoder.v1", "width": 16},
    },
}


def pipeline():
    fix_random_seed(0)
    nlp = spacy.blank("en")
    nlp.add_pipe("rnn_ner", config={"model": MODEL})
    annotations = [{"entities": [(0, 4, "N")] if t in (TEXTS[0], TEXTS[2]) else []} for t in TEXTS]
    examples = [Example.from_dict(nlp.make_doc(t), a) for t, a in zip(TEXTS, annotations)]
    nlp.initialize(lambda: examples)
    return nlp, examples


def weights(nlp):
    (ner,) = (pipe for _, pipe in nlp.pipeline)
    return np.concatenate(
        [w.detach().numpy().ravel() for m in modules_in(ner.model) for w in m.parameters()]
    )


def moved(batches, make_optimizer):
    """How far a step moves the weights whose gradients are gathered over batches."""
    nlp, examples = pipeline()
    before = weights(nlp).copy()
    optimizer = make_optimizer()
    for batch in batches:
        nlp.update([examples[i] for i in batch], sgd=False, drop=0.0)
    for _, pipe in nlp.pipeline:
        pipe.finish_update(optimizer)
    optimizer.step_schedules()
    return weights(nlp) - before


def sgd():
    return SGD(RATE, L2=0.0, grad_clip=0.0, use_averages=False)


def test_the_gradients_of_the_parts_add_up():
    one, other = moved([[0, 1]], sgd), moved([[2, 3]], sgd)
    both = moved([[0, 1], [2, 3]], sgd)
    assert np.abs(one).max() > 1e-3
    np.testing.assert_allclose(both, one + other, atol=1e-6)
