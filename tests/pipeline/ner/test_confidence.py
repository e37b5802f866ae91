import copy

import numpy as np
import pytest
import spacy
from spacy.cli.find_threshold import find_threshold
from spacy.tokens import Doc, DocBin, Span
from spacy.training import Example
from spacy.util import fix_random_seed

from spacy_rnn.pipeline.ner.calibration import Calibration
from spacy_rnn.training.callbacks.calibration import calibrate_ner
from tests.pipeline.ner.pipelines import TEXTS, examples, found, train, trained, untrained


@pytest.fixture(scope="module")
def unsure():
    """A model stopped early enough to be in doubt."""
    return trained(steps=7, spans_key="ents")


def with_settings(nlp, **settings):
    nlp = copy.deepcopy(nlp)
    nlp.get_pipe("ner").cfg.update(settings)
    return nlp


def test_each_entity_bears_the_score_of_its_group(unsure):
    doc = with_settings(unsure, threshold=0.2)(TEXTS[3][0])
    assert len(doc.ents) >= 2
    assert list(doc.spans["ents"]) == list(doc.ents)
    scores = doc.spans["ents"].attrs["scores"]
    assert [ent._.confidence for ent in doc.ents] == pytest.approx(scores.tolist())
    assert all(0.2 <= score <= 1.0 for score in scores)


def test_no_key_gives_no_probabilities(unsure):
    doc = with_settings(unsure, spans_key="", threshold=0.2)(TEXTS[3][0])
    assert not len(doc.spans) and len(doc.ents)
    assert all(ent._.confidence is None for ent in doc.ents)


def test_candidates_may_overlap_and_leave_the_entities_alone(unsure):
    plain, asked = unsure(TEXTS[3][0]), with_settings(unsure, p_min=0.01)(TEXTS[3][0])
    assert found(asked) == found(plain)
    assert len(asked.spans["ents"]) > len(asked.ents)
    assert asked.spans["ents"].attrs["scores"].min() >= 0.01


def test_scores_survive_the_way_to_disk(unsure):
    doc = with_settings(unsure, threshold=0.2)(TEXTS[3][0])
    loaded = list(DocBin(docs=[doc], store_user_data=True).get_docs(unsure.vocab))[0]
    assert (
        loaded.spans["ents"].attrs["scores"].tolist() == doc.spans["ents"].attrs["scores"].tolist()
    )
    assert loaded.ents[0]._.confidence == doc.ents[0]._.confidence


def test_the_best_analyses_are_told_with_their_probabilities(unsure):
    docs = [unsure.make_doc(TEXTS[3][0]), unsure.make_doc("")]
    analyses, empty = unsure.get_pipe("ner").n_best(docs, 5)
    assert [(s.start_char, s.end_char, s.label_) for s in analyses[0].entities] == found(
        unsure(TEXTS[3][0])
    )
    chances = [analysis.probability for analysis in analyses]
    assert chances == sorted(chances, reverse=True) and sum(chances) < 1.0
    assert len({tuple(map(str, analysis.entities)) for analysis in analyses}) > 1
    assert [(a.entities, a.probability) for a in empty] == [([], 1.0)]


def test_find_threshold_sees_the_setting(unsure, tmp_path):
    unsure.to_disk(tmp_path / "model")
    docs = [example.reference for example in examples(unsure)]
    DocBin(docs=docs).to_disk(tmp_path / "dev.spacy")
    _, _, scores = find_threshold(
        tmp_path / "model", tmp_path / "dev.spacy", "ner", "threshold", "ents_r", n_trials=5
    )
    assert scores[0.25] >= scores[0.5] >= scores[0.75] >= scores[1.0] == 0.0
    assert scores[0.25] > scores[0.75]


def test_calibration_brings_probabilities_closer_to_the_truth_and_is_saved(unsure, tmp_path):
    nlp = with_settings(unsure, threshold=0.1)
    before = nlp.evaluate(examples(nlp))
    fitted = nlp.get_pipe("ner").calibrate(examples(nlp))
    assert nlp.get_pipe("ner").calibrate(examples(nlp)) == fitted
    after = nlp.evaluate(examples(nlp))
    assert after["ents_ece"] < before["ents_ece"] and after["ents_f"] >= before["ents_f"]
    nlp.to_disk(tmp_path)
    loaded = spacy.load(tmp_path)
    assert loaded.get_pipe("ner").calibration.odds == pytest.approx(fitted.odds)
    assert loaded.evaluate(examples(nlp))["ents_ece"] == pytest.approx(after["ents_ece"])


def test_a_label_that_turns_out_rare_is_found_less_often(unsure):
    nlp = with_settings(unsure, threshold=0.2)
    assert "PER" in [ent.label_ for ent in nlp(TEXTS[3][0]).ents]
    without = [(text, [ent for ent in ents if ent[2] != "PER"]) for text, ents in TEXTS]
    odds = nlp.get_pipe("ner").calibrate(examples(nlp, without * 5), label_shift=1.0).odds
    assert odds["PER"] < -0.5 and odds["PER"] < odds["LOC"]
    assert "PER" not in [ent.label_ for ent in nlp(TEXTS[3][0]).ents]


def test_odds_move_as_far_as_labels_may_shift(unsure, tmp_path):
    nlp = with_settings(unsure)
    ner = nlp.get_pipe("ner")
    fixed = ner.calibrate(examples(unsure), label_shift=0.0)
    assert set(fixed.odds.values()) == {0.0} and fixed.temperature != 1.0
    usual, wide = (ner.calibrate(examples(unsure), **given) for given in ({}, {"label_shift": 1.0}))
    assert all(abs(usual.odds[label]) < abs(wide.odds[label]) for label in ner.labels)
    DocBin(docs=[example.y for example in examples(unsure)]).to_disk(tmp_path / "dev.spacy")
    calibrate_ner("ner", tmp_path / "dev.spacy", label_shift=1.0)(nlp)
    assert ner.calibration == wide


@pytest.mark.parametrize("shift", [-0.1, float("inf"), float("nan")])
def test_a_label_shift_must_be_a_deviation(unsure, shift):
    complaint = "label_shift must be 0 or a finite number above, got"
    with pytest.raises(ValueError, match=complaint):
        with_settings(unsure).get_pipe("ner").calibrate([], label_shift=shift)
    with pytest.raises(ValueError, match=complaint):
        calibrate_ner("ner", None, label_shift=shift)


def test_training_on_resets_the_calibration(unsure):
    nlp = with_settings(unsure, temperature=3.0, odds={"PER": 1.0})
    nlp.update(examples(nlp), sgd=nlp.create_optimizer())
    assert nlp.get_pipe("ner").calibration == Calibration()


def test_calibration_passes_over_what_it_cannot_judge(unsure):
    nlp = with_settings(unsure)
    bare = Example(nlp.make_doc("Anna"), nlp.make_doc("Anna"))
    foreign = examples(nlp, [("Anna", [(0, 4, "UNHEARD")])])
    nothing = {"PER": 0.0, "LOC": 0.0}
    empty = Example(nlp.make_doc(""), nlp.make_doc(""))
    known = examples(nlp)
    assert nlp.get_pipe("ner").calibrate([*known, empty]) == nlp.get_pipe("ner").calibrate(known)
    assert nlp.get_pipe("ner").calibrate([bare, *foreign]) == Calibration(1.0, nothing)


def test_entities_of_a_rule_do_not_disturb_calibration(unsure):
    nlp = with_settings(unsure)
    fitted = nlp.get_pipe("ner").calibrate(examples(nlp))
    ruled = examples(nlp)
    for example in ruled:
        predicted = example.predicted
        predicted.ents = [Span(predicted, len(predicted) - 1, len(predicted), "RULE")]
    assert nlp.get_pipe("ner").calibrate(ruled) == fitted


def test_the_callback_calibrates_behind_a_shared_encoder(tmp_path):
    fix_random_seed(0)
    nlp = spacy.blank("en")
    nlp.add_pipe("tok2vec")
    listener = {"@architectures": "spacy.Tok2VecListener.v1", "width": 96}
    model = {"@architectures": "spacy-rnn.CRFTagger.v1", "tok2vec": listener}
    nlp.add_pipe("rnn_ner", name="ner", config={"model": model, "spans_key": "ents"})
    nlp.initialize(lambda: examples(nlp))
    train(nlp, steps=4)
    DocBin(docs=[e.reference for e in examples(nlp)]).to_disk(tmp_path / "dev.spacy")
    assert calibrate_ner("ner", None)(nlp).get_pipe("ner").calibration == Calibration()
    calibrate_ner("ner", tmp_path / "dev.spacy")(nlp)
    fitted = nlp.get_pipe("ner").calibration
    assert fitted.temperature != 1.0
    docs = [nlp.get_pipe("tok2vec")(e.predicted) for e in examples(nlp)]
    prepared = [Example(doc, e.reference) for doc, e in zip(docs, examples(nlp))]
    assert nlp.get_pipe("ner").calibrate(prepared) == fitted


def test_spans_known_to_be_wrong_are_unlearned():
    nlp = trained(incorrect_spans_key="wrong")
    text = "Bob went to New York ."
    assert ("New York", "LOC") in [(ent.text, ent.label_) for ent in nlp(text).ents]
    reference = nlp.make_doc(text)
    reference.spans["wrong"] = [Span(reference, 3, 5, "LOC")]
    train(nlp, [Example(nlp.make_doc(text), reference)], steps=20)
    assert ("New York", "LOC") not in [(ent.text, ent.label_) for ent in nlp(text).ents]


def test_two_components_find_entities_that_overlap():
    nlp = untrained("outer", annotates="spans", spans_key="outer")
    untrained("inner", nlp, annotates="spans", spans_key="inner")
    texts = ["the University of Paris is old", "he left the University of Rome"]
    layers = {"outer": [(1, 4, "ORG"), (3, 6, "ORG")], "inner": [(3, 4, "LOC"), (5, 6, "LOC")]}
    data = []
    for i, text in enumerate(texts):
        reference = nlp.make_doc(text)
        for key, spans in layers.items():
            start, end, label = spans[i]
            reference.spans[key] = [Span(reference, start, end, label)]
        data.append(Example(nlp.make_doc(text), reference))
    nlp.initialize(lambda: data)
    train(nlp, data)
    doc = nlp(texts[0])
    assert [(s.text, s.label_) for s in doc.spans["outer"]] == [("University of Paris", "ORG")]
    assert [(s.text, s.label_) for s in doc.spans["inner"]] == [("Paris", "LOC")]
    assert doc.ents == ()
    scores = nlp.evaluate(data)
    assert scores["spans_inner_f"] == scores["spans_outer_f"] == 1.0
    assert {"spans_inner_ece", "spans_outer_ece"} < set(scores)


def test_a_threshold_does_not_depend_on_the_batch(unsure):
    nlp = with_settings(unsure, threshold=0.3)
    texts = [text for text, _ in TEXTS] * 2 + [""]
    alone = [nlp(text).spans["ents"].attrs["scores"] for text in texts]
    together = [doc.spans["ents"].attrs["scores"] for doc in nlp.pipe(texts)]
    for one, other in zip(alone, together):
        assert np.allclose(one, other, atol=1e-5)


@pytest.mark.slow
def test_a_hundred_thousand_tokens_are_read(unsure):
    words = ["Anna", "went", "to", "Paris"] * 25_000
    doc = with_settings(unsure, threshold=0.2)(Doc(unsure.vocab, words=words))
    assert doc.ents[-1].end > 99_000
    assert all(0.2 <= ent._.confidence <= 1.0 for ent in doc.ents)
