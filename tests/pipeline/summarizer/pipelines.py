"""Small pipelines with an `rnn_summarizer`, and what they learn from."""

import spacy
from spacy.training import Example

MODEL = {
    "@architectures": "spacy-rnn.Seq2Seq.v1",
    "width": 32,
    "tok2vec": {
        "@architectures": "spacy.Tok2Vec.v2",
        "embed": {
            "@architectures": "spacy-rnn.WordEmbed.v1",
            "attrs": ["WORD", "SHAPE"],
            "widths": [24, 8],
            "unk_rate": 0.5,
        },
        "encode": {"@architectures": "spacy-rnn.BiLSTMEncoder.v1", "width": 32},
    },
}
FIRST = ["Ada", "Bob", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hal", "Ida", "Jon", "Kim", "Lea"]
LAST = ["Ash", "Birch", "Elm", "Fir", "Oak", "Pine", "Rowan", "Yew"]


def pair(first, last, price):
    text = f"It rained on Monday. {first} {last} paid {price} euros for a boat. Nobody sailed."
    return text, f"{first} {last} buys boat for {price} euros."


PAIRS = [pair(f, name, 100 + 7 * i) for i, f in enumerate(FIRST) for name in LAST]


def examples(nlp, pairs):
    made = []
    for text, summary in pairs:
        example = Example.from_dict(nlp.make_doc(text), {})
        if summary is not None:
            example.reference._.summary = summary
        made.append(example)
    return made


def blank(**settings):
    """The same weights each time that it is initialized."""
    spacy.util.fix_random_seed(0)
    nlp = spacy.blank("en")
    config = {"model": MODEL, "beam_width": 2, "min_count": 20, **settings}
    nlp.add_pipe("rnn_summarizer", name="summarizer", config=config)
    return nlp


def train(nlp, data, rounds):
    optimizer = nlp.resume_training()
    optimizer.learn_rate = 0.01
    for _ in range(rounds):
        for start in range(0, len(data), 32):
            nlp.update(data[start : start + 32], sgd=optimizer, drop=0.1)


def trained(rounds=25, **settings):
    """Has learned `PAIRS`."""
    nlp = blank(**settings)
    data = examples(nlp, PAIRS)
    nlp.initialize(lambda: data)
    train(nlp, data, rounds)
    return nlp
