"""What several folders of tests share: one small trained pipeline with three of our components."""

import pytest
import spacy
from hypothesis import HealthCheck, settings
from spacy.training import Example
from spacy.util import fix_random_seed

# More of the same: pytest --hypothesis-profile=long, or nightly.
CHECKS = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}
settings.register_profile("quick", max_examples=9, **CHECKS)
settings.register_profile("long", max_examples=2_000, **CHECKS)
settings.register_profile("nightly", max_examples=100_000, **CHECKS)
settings.load_profile("quick")

TOK2VEC = {
    "@architectures": "spacy.Tok2Vec.v2",
    "embed": {
        "@architectures": "spacy-rnn.WordEmbed.v1",
        "attrs": ["WORD", "SHAPE"],
        "widths": [24, 8],
    },
    "encode": {"@architectures": "spacy-rnn.BiLSTMEncoder.v1", "width": 32},
}
MODELS = {
    "rnn_ner": {"@architectures": "spacy-rnn.CRFTagger.v1", "tok2vec": TOK2VEC},
    "rnn_textcat": {
        "@architectures": "spacy-rnn.TextCatRNN.v1",
        "exclusive_classes": True,
        "pooling": ["mean"],
        "tok2vec": TOK2VEC,
    },
    "rnn_summarizer": {"@architectures": "spacy-rnn.Seq2Seq.v1", "width": 32, "tok2vec": TOK2VEC},
}
SETTINGS = {"rnn_ner": {}, "rnn_textcat": {}, "rnn_summarizer": {"min_count": 1, "max_length": 8}}
TEXTS = {
    "I saw Anna in Paris": ([(6, 10, "PER"), (14, 19, "LOC")], "Anna in Paris"),
    "Bob went to New York": ([(0, 3, "PER"), (12, 20, "LOC")], "Bob in New York"),
    "Nothing happened there": ([], "Nothing happened"),
}


def gold(nlp):
    """RETURNS: examples with entities, categories and a summary."""
    examples = []
    for i, (text, (entities, summary)) in enumerate(TEXTS.items()):
        cats = {"A": float(i % 2 == 0), "B": float(i % 2 == 1)}
        example = Example.from_dict(nlp.make_doc(text), {"entities": entities, "cats": cats})
        example.reference._.summary = summary
        examples.append(example)
    return examples


def make_tiny():
    """A new pipeline that has learned the three texts."""
    """A small pipeline that has seen little. Tests that change it must copy it."""
    fix_random_seed(0)
    nlp = spacy.blank("en")
    for factory, model in MODELS.items():
        nlp.add_pipe(factory, config={"model": model, **SETTINGS[factory]})
    examples = gold(nlp)
    optimizer = nlp.initialize(lambda: examples)
    optimizer.learn_rate = 0.01
    for _ in range(15):
        nlp.update(examples, sgd=optimizer)
    return nlp


@pytest.fixture(scope="session")
def tiny():
    return make_tiny()
