"""Small pipelines with an `rnn_ner`, and what they learn from."""

import spacy
from spacy.training import Example
from spacy.util import fix_random_seed
from thinc.api import Config

TEXTS = [
    ("I saw Anna in Paris", [(6, 10, "PER"), (14, 19, "LOC")]),
    ("Bob went to New York .", [(0, 3, "PER"), (12, 20, "LOC")]),
    ("Nothing happened there", []),
    ("Anna and Bob like New York", [(0, 4, "PER"), (9, 12, "PER"), (18, 26, "LOC")]),
]
SMALL = Config().from_str(
    """
    [model]
    @architectures = "spacy-rnn.CRFTagger.v1"
    [model.tok2vec]
    @architectures = "spacy.Tok2Vec.v2"
    [model.tok2vec.embed]
    @architectures = "spacy-rnn.WordEmbed.v1"
    attrs = ["WORD", "SHAPE"]
    widths = [24, 8]
    [model.tok2vec.encode]
    @architectures = "spacy-rnn.BiLSTMEncoder.v1"
    width = 32
    """
)


def examples(nlp, texts=TEXTS):
    return [Example.from_dict(nlp.make_doc(text), {"entities": ents}) for text, ents in texts]


def untrained(name="ner", nlp=None, **settings):
    nlp = nlp or spacy.blank("en")
    nlp.add_pipe("rnn_ner", name=name, config={**SMALL, **settings})
    return nlp


def train(nlp, data=None, steps=40):
    data = data or examples(nlp)
    optimizer = nlp.resume_training()
    optimizer.learn_rate = 0.01
    for _ in range(steps):
        losses = nlp.update(data, sgd=optimizer, losses={})
    return losses


def trained(steps=40, **settings):
    fix_random_seed(0)
    nlp = untrained(**settings)
    nlp.initialize(lambda: examples(nlp))
    train(nlp, steps=steps)
    return nlp


def found(doc):
    return [(ent.start_char, ent.end_char, ent.label_) for ent in doc.ents]
