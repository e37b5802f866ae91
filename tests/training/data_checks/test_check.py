"""What is said about training data."""

import random

import pytest
import spacy
from spacy.tokens import Doc, Span
from spacy.training import Example

from spacy_rnn.training.data_checks.categories import check_categories
from spacy_rnn.training.data_checks.entities import check_entities
from spacy_rnn.training.data_checks.findings import Corpora
from spacy_rnn.training.data_checks.targets import check_targets
from spacy_rnn.training.data_checks.texts import check_texts

NLP = spacy.blank("en")
CONFIG = {"components": {"ner": {"encode": {"@architectures": "BiLSTMEncoder", "width": 256}}}}


def example(text="I saw Anna", ents=((2, 3, "PERSON"),), cats=None, target=None):
    doc = NLP.make_doc(text)
    if ents is not None:
        doc.ents = [Span(doc, *ent) for ent in ents]
    doc.cats = cats or {}
    if target is not None:
        if not Doc.has_extension("summary"):
            Doc.set_extension("summary", default=None)
        doc._.summary = target
    return Example(NLP.make_doc(text), doc)


def problems(findings):
    return " ".join(finding.text for finding in findings if finding.is_problem)


def everything(findings):
    return " ".join(finding.text for finding in findings)


def test_good_entities_raise_no_problem():
    corpora = Corpora([example()] * 20, [example()] * 5)
    assert not problems(check_entities(corpora))
    assert "1 labels by entities in training: PERSON 20" in everything(check_entities(corpora))


@pytest.mark.parametrize(
    "train, dev, expected",
    [
        ([example()], [example()], "fewer than 20 times: PERSON"),
        ([example()], [example(ents=[(2, 3, "ORG")])], "never predicted: ORG"),
        ([example(ents=[(2, 3, "ORG")])], [example()], "never measured: ORG"),
        ([example(ents=None)], [example()], "no annotation"),
        ([example("I " * 12, ents=[(0, 11, "PERSON")])], [], "more than 10 words"),
        ([example("I  saw", ents=[(1, 3, "PERSON")])], [], "whitespace"),
    ],
)
def test_bad_entities_are_told(train, dev, expected):
    assert expected in problems(check_entities(Corpora(train, dev)))


def test_entities_inside_tokens_are_told():
    reference = Doc(NLP.vocab, words=["New", "York", "er"], spaces=[True, False, False])
    reference.ents = [Span(reference, 0, 2, label="CITY")]
    misaligned = Example(NLP.make_doc("New Yorker"), reference)
    assert "'New York'" in problems(check_entities(Corpora([misaligned], [])))


def test_entities_that_overlap_in_one_layer_are_told():
    nested = example(ents=())
    whole, part = Span(nested.reference, 0, 3, label="A"), Span(nested.reference, 2, 3, label="B")
    nested.reference.spans["sc"] = [part, whole]
    found = check_entities(Corpora([nested], [nested]), "sc")
    assert "train: 1 entities overlap the one before, such as 'Anna'" in problems(found)
    assert "2 labels by entities in training: " in everything(found)
    assert "1 texts are not annotated" in everything(check_entities(Corpora([example()], []), "sc"))


def test_words_that_only_the_dev_corpus_has_are_told():
    corpora = Corpora([example("one two", ents=())], [example("One three", ents=())])
    assert "50.0% of the words in dev texts" in problems(check_texts(corpora, CONFIG))
    same = Corpora([example("one two", ents=())], [example("Two one", ents=())])
    assert "0.0% of the words in dev texts" in everything(check_texts(same, CONFIG))
    assert "of the words" not in problems(check_texts(same, CONFIG))


def test_categories_must_be_exclusive_where_the_component_is():
    both = {"A": 1.0, "B": 1.0}
    corpora = Corpora([example(cats=both)] * 20, [example(cats=both)])
    assert "20 texts have no label or several" in problems(check_categories(corpora, True))
    assert not problems(check_categories(corpora, False))


def test_one_label_is_too_few():
    corpora = Corpora([example(cats={"A": 1.0})] * 20, [example(cats={"A": 1.0})])
    assert "at least two labels" in problems(check_categories(corpora, False))


def test_texts_in_both_corpora_are_told():
    one, two = example("one", ents=()), example("two", ents=())
    corpora = Corpora([one, two], [two])
    assert "1 of 1 dev texts are also training texts" in problems(check_texts(corpora, CONFIG))
    assert "empty" in problems(check_texts(Corpora([], []), CONFIG))


def test_the_memory_of_long_texts_is_told():
    long = example("a " * 200_000, ents=None)
    assert "MB in the encoder. Set max_length" in problems(
        check_texts(Corpora([long], [example()]), CONFIG)
    )


def test_targets_are_counted_by_where_their_words_can_come_from():
    train = [example("a b c d", ents=None, target="a b x y")] * 4
    found = check_targets(NLP, Corpora(train, []), "summary", vocabulary_size=3, max_length=3)
    assert "50% of the target words stand in their source" in everything(found)
    assert "25.0% are neither" in problems(found)
    assert "4 targets have more than max_length = 3 words" in problems(found)
    none = Corpora([example(ents=None)], [])
    assert "doc._.summary" in problems(check_targets(NLP, none, "summary", 3, 3))


def test_random_data_never_break_a_check():
    chance = random.Random(0)
    for _ in range(20):
        words = [chance.choice("a b c".split()) for _ in range(chance.randint(0, 5))]
        doc = Doc(NLP.vocab, words=words)
        pair = Example(NLP.make_doc(doc.text), doc)
        corpora = Corpora([pair] * chance.randint(0, 2), [pair] * chance.randint(0, 2))
        for findings in (
            check_texts(corpora, CONFIG),
            check_entities(corpora),
            check_categories(corpora, True),
        ):
            assert all(finding.text.endswith(".") for finding in findings)
