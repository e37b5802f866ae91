"""The settings of the text classifiers: losses, thresholds, calibration."""

import pytest
import spacy
from spacy.cli.find_threshold import find_threshold
from spacy.tokens import DocBin
from spacy.training import Example

from spacy_rnn.training.callbacks.calibration import calibrate_textcat
from tests.pipeline.textcat.test_component import FACTORIES, ORDERED, ensemble, examples, rnn


def trained(factory, model, steps=60, texts=examples, **settings):
    spacy.util.fix_random_seed(0)
    nlp = spacy.blank("en")
    nlp.add_pipe(factory, name="cats", config={"model": model, **settings})
    optimizer = nlp.initialize(lambda: texts(nlp))
    optimizer.learn_rate = 0.01
    for _ in range(steps):
        nlp.update(texts(nlp), sgd=optimizer, drop=0.1)
    return nlp


def doubtful(nlp):
    cats = ({"RED": 1.0, "BLUE": 0.0}, {"RED": 0.0, "BLUE": 1.0})
    return [Example.from_dict(nlp.make_doc("red beats blue"), {"cats": gold}) for gold in cats]


@pytest.mark.parametrize("build", [rnn, ensemble])
@pytest.mark.parametrize("factory,exclusive", FACTORIES)
def test_classes_are_learned_under_every_loss_setting(factory, exclusive, build):
    settings = {"class_weights": "balanced", "focal_gamma": 1.0, "label_smoothing": 0.1}
    nlp = trained(factory, build(exclusive), **settings)
    for text, label in ORDERED:
        assert max(nlp(text).cats, key=nlp(text).cats.get) == label


@pytest.mark.parametrize("factory,exclusive", FACTORIES)
def test_smoothed_labels_reach_both_parts_of_the_ensemble(factory, exclusive):
    nlp = trained(factory, ensemble(exclusive), steps=150, label_smoothing=0.4)
    assert nlp("red beats blue").cats["RED"] < 0.93


@pytest.mark.parametrize("build", [rnn, ensemble])
@pytest.mark.parametrize("factory,exclusive", FACTORIES)
def test_in_doubt_a_class_is_as_probable_as_its_weight_says(factory, exclusive, build):
    nlp = trained(factory, build(exclusive), 60, doubtful, class_weights={"RED": 4.0})
    assert nlp("red beats blue").cats["RED"] == pytest.approx(0.8, abs=0.05)


@pytest.mark.parametrize(
    "factory,expected",
    [("rnn_textcat", {"A": 2 / 3, "B": 2.0}), ("rnn_textcat_multilabel", {"A": 1 / 3, "B": 3.0})],
)
def test_balanced_weights_follow_the_counts_and_survive_bytes(factory, expected):
    nlp = spacy.blank("en")
    nlp.add_pipe(factory, name="cats", config={"class_weights": "balanced"})
    gold = [
        Example.from_dict(nlp.make_doc("word"), {"cats": {"A": float(a), "B": float(not a)}})
        for a in (1, 1, 1, 0)
    ]
    nlp.initialize(lambda: gold)
    other = spacy.blank("en").from_config(nlp.config).from_bytes(nlp.to_bytes())
    assert other.get_pipe("cats").cfg["balanced_weights"] == pytest.approx(expected)


@pytest.mark.parametrize(
    "setting,value",
    [
        ("class_weights", "even"),
        ("class_weights", {"RED": 0.0}),
        ("focal_gamma", -1.0),
        ("label_smoothing", 1.0),
        ("thresholds", {"RED": 2.0}),
    ],
)
def test_a_bad_setting_is_named(setting, value):
    with pytest.raises(ValueError, match=setting):
        spacy.blank("en").add_pipe("rnn_textcat_multilabel", config={setting: value})


@pytest.mark.parametrize("setting", ["class_weights", "thresholds"])
def test_a_setting_for_an_unknown_label_is_named(setting):
    nlp = spacy.blank("en")
    nlp.add_pipe("rnn_textcat_multilabel", config={setting: {"GREEN": 0.5}})
    with pytest.raises(ValueError, match=f"{setting} names .*GREEN"):
        nlp.initialize(lambda: examples(nlp))


def predicted(nlp, cats):
    gold = Example.from_dict(nlp.make_doc("text"), {"cats": {"A": 1.0, "B": 0.0}})
    gold.predicted.cats = cats
    return gold


@pytest.mark.parametrize("thresholds,right", [({}, 0.0), ({"A": 0.3, "B": 0.8}, 1.0)])
def test_each_label_is_judged_by_its_own_threshold(thresholds, right):
    nlp = spacy.blank("en")
    pipe = nlp.add_pipe("rnn_textcat_multilabel", config={"thresholds": thresholds})
    for label in "AB":
        pipe.add_label(label)
    scores = pipe.score([predicted(nlp, {"A": 0.3, "B": 0.7})])
    assert scores["cats_accuracy"] == scores["cats_micro_f"] == right


def test_the_calibration_error_is_the_gap_between_promise_and_truth():
    nlp = spacy.blank("en")
    pipe = nlp.add_pipe("rnn_textcat_multilabel")
    for label in "AB":
        pipe.add_label(label)
    assert pipe.score([predicted(nlp, {"A": 0.7, "B": 0.2})])["cats_ece"] == pytest.approx(0.25)


@pytest.fixture(scope="module")
def misled(tmp_path_factory):
    """A sure model, and texts of which half have the other class than it says."""
    nlp = trained("rnn_textcat_multilabel", rnn(False))
    gold = examples(nlp)
    for example in gold[2:]:
        example.reference.cats = {label: 1.0 - v for label, v in example.reference.cats.items()}
    path = tmp_path_factory.mktemp("dev") / "dev.spacy"
    DocBin(docs=[example.reference for example in gold]).to_disk(path)
    return nlp, gold, path


def test_calibration_lowers_the_error_and_is_saved(misled, tmp_path):
    nlp, gold, path = misled
    before = nlp.evaluate(gold)["cats_ece"]
    calibrate_textcat("cats", path)(nlp)
    nlp.to_disk(tmp_path)
    after = spacy.load(tmp_path)
    assert nlp.evaluate(gold)["cats_ece"] < before - 0.2
    assert after("red beats blue").cats == nlp("red beats blue").cats
    assert after.get_pipe("cats").cfg["temperature"] > 2.0


@pytest.mark.parametrize("score", ["cats_micro_f", "cats_macro_f"])
def test_calibration_chooses_the_threshold_that_is_best_for_a_score(score, tmp_path):
    nlp = trained("rnn_textcat_multilabel", rnn(False))
    gold = examples(nlp)
    # Nothing is given at a half: the dev texts have the categories that seem improbable.
    for example in gold:
        example.reference.cats = {label: 1.0 - v for label, v in example.reference.cats.items()}
    path = tmp_path / "dev.spacy"
    DocBin(docs=[example.reference for example in gold]).to_disk(path)
    assert nlp.evaluate(gold)[score] < 0.5
    calibrate_textcat("cats", path, threshold_for=score)(nlp)
    nlp.to_disk(tmp_path / "model")
    after = spacy.load(tmp_path / "model")
    assert after.get_pipe("cats").cfg["threshold"] == nlp.get_pipe("cats").cfg["threshold"] < 0.5
    assert after.evaluate(gold)[score] == pytest.approx(2 / 3)
    calibrate_textcat("cats", path)(nlp)
    assert nlp.get_pipe("cats").cfg["threshold"] == after.get_pipe("cats").cfg["threshold"]


@pytest.mark.parametrize(
    "factory, score, reason",
    [
        ("rnn_textcat_multilabel", "cats_f", "threshold_for must be one of cats_micro_f"),
        ("rnn_textcat", "cats_micro_f", "threshold_for must be null for 'cats'"),
    ],
)
def test_a_threshold_for_nothing_is_refused(factory, score, reason, misled):
    nlp = trained(factory, rnn(factory == "rnn_textcat"))
    with pytest.raises(ValueError, match=reason):
        calibrate_textcat("cats", misled[2], threshold_for=score)(nlp)


def test_find_threshold_varies_the_threshold(misled, tmp_path):
    nlp, _, path = misled
    nlp.to_disk(tmp_path)
    best, score, scores = find_threshold(
        str(tmp_path), path, "cats", "threshold", "cats_micro_f", n_trials=5
    )
    assert score == max(scores.values()) and len(set(scores.values())) > 1
