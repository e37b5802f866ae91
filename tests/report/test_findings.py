"""What is found out about components, on texts where the answer is known."""

import numpy as np
import pytest
import spacy
from spacy.tokens import Doc, SpanGroup
from spacy.training import Example

from spacy_rnn.report import categories, entities
from spacy_rnn.report.findings import Findings, Judged, f_score

VOCAB = spacy.blank("en").vocab


class Classifier:
    labels = ("A", "B", "C")
    cfg = {"threshold": 0.5}


def doc(words, spans=()):
    made = Doc(VOCAB, words=words)
    made.set_ents([spacy.tokens.Span(made, s, e, label=label) for s, e, label in spans])
    return made


def classified(gold, predicted):
    found, reference = Doc(VOCAB, words=["a", "b"]), Doc(VOCAB, words=["a", "b"])
    found.cats, reference.cats = predicted, gold
    return Example(found, reference)


def cats(**scores):
    return {label: scores.get(label, 0.0) for label in "ABC"}


def numbers(plot):
    axis = plot.figure.axes[0]
    cells = {(int(t.get_position()[1]), int(t.get_position()[0])): t.get_text() for t in axis.texts}
    return {place: int(text) for place, text in cells.items() if text}


def plots(found):
    return {plot.name: plot for plot in found.plots}


def test_entities_are_confused_only_at_the_same_words():
    words = "x y z w".split()
    examples = [
        Example(doc(words, [(0, 1, "P"), (2, 4, "P")]), doc(words, [(0, 1, "O"), (2, 3, "P")])),
        Example(doc(words), doc(words)),
    ]
    found = entities.find_out("ner", object(), examples)
    # Rows: what it is; the labels are O and P, and then none.
    assert numbers(plots(found)["confusion"]) == {(0, 1): 1, (1, 2): 1, (2, 1): 1}
    assert set(plots(found)) == {"confusion", "labels"}
    assert [each.score for each in found.judged] == [0.0], "the text without entities is left out"


def test_entities_stand_in_the_text_of_an_example():
    words = "Anna met Otto Weber today".split()
    example = Example(doc(words, [(0, 1, "P")]), doc(words, [(0, 1, "P"), (2, 4, "P")]))
    (judged,) = entities.find_out("ner", object(), [example]).judged
    gold, found = judged.lines
    assert judged.score == pytest.approx(2 / 3)
    assert [tuple(p) for p in gold.pieces if p.text] == [
        ("Anna", "P"),
        (" ", ""),
        ("met ", ""),
        ("Otto Weber", "P"),
        (" ", ""),
        ("today", ""),
    ]
    assert "".join(p.text for p in found.pieces) == "Anna met Otto Weber today"


def test_reliability_needs_scored_spans():
    class Scored:
        cfg = {"annotates": "ents", "spans_key": "sc"}

    found, gold = doc(["x", "y"], [(0, 1, "P")]), doc(["x", "y"], [(0, 1, "P")])
    group = SpanGroup(found, name="sc", spans=list(found.ents), attrs={"scores": np.array([0.9])})
    found.spans["sc"] = group
    plot = plots(entities.find_out("ner", Scored(), [Example(found, gold)]))["reliability"]
    line = plot.figure.axes[0].lines[1]
    assert line.get_xydata().tolist() == [[pytest.approx(0.9), 1.0]]


def test_a_text_has_the_category_with_the_highest_score():
    examples = [
        classified(cats(A=1.0), cats(A=0.7, B=0.3)),
        classified(cats(B=1.0), cats(A=0.6, B=0.4)),
        classified({}, cats(A=1.0)),
    ]
    found = categories.find_out("textcat", Classifier(), examples, exclusive=True)
    assert numbers(plots(found)["confusion"]) == {(0, 0): 1, (1, 0): 1}
    assert [each.score for each in found.judged] == [pytest.approx(0.7), pytest.approx(0.4)]
    line = plots(found)["reliability"].figure.axes[0].lines[1]
    assert line.get_xydata().tolist() == [[pytest.approx(0.6), 0.0], [pytest.approx(0.7), 1.0]]


def test_of_several_categories_missed_and_wrong_ones_are_paired():
    examples = [
        classified(cats(A=1.0, B=1.0), cats(A=0.9, C=0.8)),
        classified(cats(B=1.0), cats()),
        classified(cats(), cats(C=0.6)),
    ]
    found = categories.find_out("textcat", Classifier(), examples, exclusive=False)
    none = 3
    assert numbers(plots(found)["confusion"]) == {(0, 0): 1, (1, 2): 1, (1, none): 1, (none, 2): 1}


def test_a_category_is_given_from_its_own_threshold_on():
    class Thresholds(Classifier):
        cfg = {"threshold": 0.5, "thresholds": {"B": 0.2, "C": 0.9}}

    example = classified(cats(A=1.0, B=1.0), cats(A=0.6, B=0.3, C=0.8))
    found = categories.find_out("textcat", Thresholds(), [example], exclusive=False)
    assert numbers(plots(found)["confusion"]) == {(0, 0): 1, (1, 1): 1}


def test_unknown_categories_are_not_judged():
    example = classified({"A": 1.0}, cats(A=0.9, C=0.9))
    found = categories.find_out("textcat", Classifier(), [example], exclusive=False)
    assert numbers(plots(found)["confusion"]) == {(0, 0): 1}
    assert found.judged[0].score == pytest.approx(0.9)


def test_texts_without_annotation_give_no_findings():
    found = categories.find_out("textcat", Classifier(), [classified({}, cats(A=1.0))], True)
    assert found.plots == [] and found.judged == []


def test_no_example_is_among_the_best_and_the_worst():
    judged = [Judged(score, weight, []) for score, weight in ((1.0, 1), (0.0, 2), (1.0, 3))]
    best, worst = Findings("x", "", [], judged).extremes(20)
    assert [each.weight for each in best] == [3, 1] and [each.weight for each in worst] == [2]


def test_nothing_to_find_and_nothing_found_is_right():
    assert f_score(0, 0, 0) == 1.0 and f_score(1, 2, 1) == pytest.approx(2 / 3)
