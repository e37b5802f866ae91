"""The result rows, what they are judged by, and the scores that go into them."""

import json

import numpy
import pytest
import spacy
from spacy.tokens import Doc
from spacy.training import Example

KEYS = {"name", "value", "unit", "target", "met", "peer", "command", "seed", "versions"}


@pytest.fixture
def rows(tmp_path):
    from goals import judge
    from plan import Run
    from rows import merge, to_rows

    def run(system, value, metric="ents_f", budget=300.0, place=("ner", "wnut17"), seed=0):
        path = tmp_path / "accuracy.json"
        new = to_rows(Run(*place, system, seed, budget), {metric: value})
        return {row["name"]: row for row in merge(judge(merge(new, path)), path)}

    return run


def test_committed_rows_have_the_agreed_keys():
    from rows import read

    for row in read():
        assert KEYS <= set(row)
        assert row["command"].startswith("python benchmarks/accuracy.py ")


def test_a_command_names_its_own_run():
    from plan import Run, make_plan

    run = Run("ner", "bc5cdr", "spacy-cnn", 3, 60.0)
    assert run.arguments == "ner/bc5cdr --system spacy-cnn --seed 3 --budget 60".split()
    assert make_plan(["ner/bc5cdr"], ["spacy-cnn"], [3], 60.0) == [run]
    assert run.config.is_file()


@pytest.mark.parametrize("place, system", [("ner", None), ("pos/x", None), ("ner/x", ["fasttext"])])
def test_an_impossible_plan_is_refused(place, system):
    from plan import make_plan

    with pytest.raises(ValueError, match="tasks are|there are"):
        make_plan([place], system, None, 1.0)


def test_ours_is_judged_by_the_best_peer(rows):
    rows("spacy-cnn", 15.0)
    rows("spacy-bilstm", 16.0)
    rows("spacy-cnn", 30.0, budget=900.0)
    found = rows("spacy-rnn", 19.0)["ner/wnut17/spacy-rnn/ents_f"]
    assert (found["target"], found["met"], found["peer"]) == (20.0, False, "spacy-bilstm")
    found = rows("spacy-rnn", 20.0)["ner/wnut17/spacy-rnn/ents_f"]
    assert found["met"] is True
    # A better run of the peer moves the goal of a row that is there already.
    found = rows("spacy-bilstm", 17.0)["ner/wnut17/spacy-rnn/ents_f"]
    assert (found["target"], found["met"]) == (21.0, False)


def test_a_whole_run_leaves_nothing_of_the_last_one(tmp_path):
    from plan import Run
    from rows import merge, read, to_rows

    path = tmp_path / "accuracy.json"
    run, other = (Run("ner", "wnut17", "spacy-rnn", seed, 300.0) for seed in (0, 1))
    merge(to_rows(run, {"ents_f": 20.0, "ents_p_at_0.8": 90.0}), path)
    merge(to_rows(other, {"ents_f": 21.0, "ents_p_at_0.8": 80.0}), path)
    merge(to_rows(run, {"ents_f": 22.0}), path, whole=True)
    found = {(row["seed"], row["metric"]): row["value"] for row in read(path)}
    assert found == {(0, "ents_f"): 22.0, (1, "ents_f"): 21.0, (1, "ents_p_at_0.8"): 80.0}


def test_means_over_the_seeds_are_judged(rows, tmp_path):
    # 17 is the luck of one seed.
    for seed, value in enumerate((15.0, 17.0)):
        rows("spacy-cnn", value, seed=seed)
    rows("spacy-bilstm", 15.5)
    for seed, value in enumerate((19.0, 20.0, 22.0)):
        rows("spacy-rnn", value, seed=seed)
    stored = json.loads((tmp_path / "accuracy.json").read_text())
    verdicts = [(r["target"], r["met"], r["peer"]) for r in stored if r["system"] == "spacy-rnn"]
    assert verdicts == [(20.0, True, "spacy-cnn")] * 3


def test_a_corpus_may_have_several_goals(rows):
    settings = {"place": ("textcat_multilabel", "arxiv")}
    for metric, peer, ours in (("micro_f_tuned", 72.0, 71.0), ("macro_f_tuned", 57.0, 58.0)):
        rows("tfidf-logreg", peer, metric=metric, **settings)
        found = rows("spacy-rnn", ours, metric=metric, **settings)
        row = found[f"textcat_multilabel/arxiv/spacy-rnn/{metric}"]
        assert (row["target"], row["met"]) == (peer, ours > peer)


def test_entities_are_learned_in_no_more_time_than_by_the_cnn(rows):
    found = rows("spacy-rnn", 100.0, metric="train_cpu")["ner/wnut17/spacy-rnn/train_cpu"]
    assert (found["target"], found["met"], found["peer"]) == (None, None, None)
    rows("spacy-bilstm", 50.0, metric="train_cpu")
    for cnn, met in ((100.0, True), (99.0, False)):
        found = rows("spacy-cnn", cnn, metric="train_cpu")
        row = found["ner/wnut17/spacy-rnn/train_cpu"]
        assert (row["target"], row["met"], row["peer"]) == (cnn, met, "spacy-cnn")
    with_vectors = rows("spacy-rnn-vectors", 200.0, metric="train_cpu")
    assert with_vectors["ner/wnut17/spacy-rnn-vectors/train_cpu"]["target"] is None


def test_with_vectors_it_must_be_better_than_without(rows):
    rows("spacy-cnn", 15.0)
    rows("spacy-rnn", 20.0)
    found = rows("spacy-rnn-vectors", 21.0)
    with_vectors = found["ner/wnut17/spacy-rnn-vectors/ents_f"]
    assert (with_vectors["target"], with_vectors["met"]) == (20.0, True)
    assert with_vectors["peer"] == "spacy-rnn"
    # It is no peer of the config without.
    assert found["ner/wnut17/spacy-rnn/ents_f"]["peer"] == "spacy-cnn"


def test_with_little_data_it_is_judged_by_the_bag_of_words(rows):
    settings = {"metric": "accuracy", "place": ("textcat", "banking77_10")}
    rows("tfidf-logreg", 67.0, **settings)
    rows("spacy-bow", 60.0, **settings)
    found = rows("spacy-rnn", 61.0, **settings)["textcat/banking77_10/spacy-rnn/accuracy"]
    assert (found["target"], found["met"], found["peer"]) == (60.0, True, "spacy-bow")


def test_an_error_must_be_small(rows):
    for value, met in ((5.1, False), (4.9, True)):
        found = rows("spacy-rnn", value, metric="ents_ece")["ner/wnut17/spacy-rnn/ents_ece"]
        assert (found["target"], found["met"]) == (5.0, met)


def test_a_goal_without_a_peer(rows):
    found = rows("spacy-rnn", 40.0, metric="rouge1", budget=900.0, place=("summarize", "arxiv"))
    assert found["summarize/arxiv/spacy-rnn/rouge1"]["met"] is True


def test_a_row_replaces_its_older_self(rows, tmp_path):
    rows("spacy-cnn", 15.0)
    rows("spacy-cnn", 16.0)
    (row,) = json.loads((tmp_path / "accuracy.json").read_text())
    assert row["value"] == 16.0


def test_entity_scores_agree_with_seqeval():
    from scores import ner
    from seqeval.metrics import f1_score

    vocab = spacy.blank("en").vocab
    words = "Ada met Bob in Paris and Rome".split()
    gold = ["B-PER", "O", "B-PER", "O", "B-LOC", "O", "B-LOC"]
    guess = ["B-PER", "O", "O", "O", "B-PER", "O", "B-LOC"]
    predicted, reference = (Doc(vocab, words=words, ents=tags) for tags in (guess, gold))
    train = Doc(vocab, words=["ada", "paris"], ents=["B-PER", "B-LOC"])
    found = ner([Example(predicted, reference)], [train])
    assert found["ents_f"] == pytest.approx(100 * f1_score([gold], [guess]))
    # Bob was missed, Rome was found; Ada and Paris are entities of the training data.
    assert found["ents_r_unseen"] == 50.0


def test_entities_that_are_surer():
    from scores import surer

    from spacy_rnn.annotations import declare_confidence

    declare_confidence()
    vocab = spacy.blank("en").vocab
    words = "Ada met Bob in Rome".split()
    gold = ["B-PER", "O", "B-PER", "O", "B-LOC"]
    predicted = Doc(vocab, words=words, ents=["B-PER", "O", "B-LOC", "O", "B-LOC"])
    for ent, confidence in zip(predicted.ents, (0.7, 0.5, 0.4)):
        ent._.confidence = confidence
    found = surer([Example(predicted, Doc(vocab, words=words, ents=gold))])
    assert found["ents_p_at_0.4"] == found["ents_r_at_0.4"] == pytest.approx(200 / 3)
    assert found["ents_p_at_0.6"] == 100 and found["ents_r_at_0.6"] == pytest.approx(100 / 3)
    assert found["ents_r_at_0.8"] == 0 and "ents_p_at_0.8" not in found


def test_the_error_of_right_probabilities_is_that_of_chance():
    from scores import error_by_chance

    # One bin of n spans, each right in half of all cases: the mean of |share - 0.5|.
    many, few = (error_by_chance(numpy.full(n, 0.5)) for n in (400, 100))
    assert many == pytest.approx(0.5 * (2 / numpy.pi / 400) ** 0.5, rel=0.15)
    assert few == pytest.approx(2 * many, rel=0.2)
    assert error_by_chance(numpy.ones(5)) == 0.0


def test_class_scores():
    from scores import best_thresholds, exclusive, multilabel

    gold = numpy.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1]])
    found = numpy.array([[0.9, 0.0, 0.0], [0.0, 0.4, 0.1], [0.0, 0.4, 0.3], [0.0, 0.1, 0.2]])
    result = exclusive(gold, found, ["a", "b", "oos"])
    assert result["accuracy"] == 75.0
    assert (result["accuracy_in_scope"], result["recall_out_of_scope"]) == (100.0, 50.0)
    tuned = multilabel(gold, found, best_thresholds(gold, found))
    assert tuned["macro_f"] < tuned["macro_f_tuned"]


def test_micro_and_macro_f_each_have_the_threshold_that_is_best_for_it():
    from scores import best_thresholds, multilabel

    # The rare label needs a low threshold, at which the common one is given wrongly.
    gold = numpy.array([[1, 0], [1, 0], [1, 0], [0, 1], [0, 0], [0, 0]])
    found = numpy.array([[0.9, 0.0], [0.9, 0.0], [0.9, 0.0], [0.3, 0.25], [0.3, 0.0], [0.3, 0.0]])
    thresholds = best_thresholds(gold, found)
    assert thresholds["macro"] <= 0.25 < 0.3 < thresholds["micro"]
    tuned = multilabel(gold, found, thresholds)
    # Three of four right without any error; and precision 3 of 6 for one label, all for the other.
    assert tuned["micro_f_tuned"] == pytest.approx(100 * 6 / 7)
    assert tuned["macro_f_tuned"] == pytest.approx(100 * (2 / 3 + 1) / 2)
    # At a half the rare label is never given; a system may know better.
    assert tuned["macro_f"] == pytest.approx(50.0)
    knowing = multilabel(gold, found, thresholds, own=thresholds["macro"])
    assert knowing["macro_f"] == knowing["macro_f_tuned"]


def test_the_best_of_several_references_counts():
    from scores import summaries

    found = summaries(["a red fox"], [["nothing alike", "a red fox"]])
    assert found["rouge1"] == found["rougel"] == 100.0


def test_every_peer_config_builds_a_pipeline():
    from plan import PEERS

    configs = sorted(PEERS.glob("*.cfg"))
    assert configs
    for path in configs:
        nlp = spacy.util.load_model_from_config(spacy.util.load_config(path), auto_fill=False)
        assert path.stem.split("-")[0] in nlp.pipe_names


def test_training_stops_when_its_time_is_used(tmp_path):
    from budgeted import train
    from plan import PEERS
    from spacy.tokens import DocBin

    nlp = spacy.blank("en")
    docs = []
    for text, label in (("all is good", "yes"), ("all is bad", "no")):
        doc = nlp(text)
        doc.cats = {"yes": float(label == "yes"), "no": float(label == "no")}
        docs.append(doc)
    for part in ("train", "dev"):
        DocBin(docs=docs).to_disk(tmp_path / f"{part}.spacy")
    trained = train(PEERS / "textcat-spacy-bow.cfg", tmp_path, seed=0, budget=0.3)
    assert 0.0 < trained.cpu_seconds < 10.0
    assert set(trained.nlp("all is good").cats) == {"yes", "no"}


def test_what_texts_are_like_stands_beside_their_scores():
    from scores import summaries, translations

    found = summaries(["a red red fox"], [["a red fox"]], sources=["the fox is red"])
    assert (found["novel"], found["unknown"]) == (25.0, 0.0)
    assert found["length_ratio"] == pytest.approx(400 / 3)
    assert "novel" not in summaries(["a fox"], [["a fox"]])
    assert translations(["a <unk> fox"], ["a red fox"], sources=["ein Fuchs"])["novel"] == 100.0


def test_a_summarizer_is_tested_with_what_it_copied(tmp_path):
    from spacy.tokens import DocBin
    from tasks import test

    from tests.pipeline.summarizer.pipelines import PAIRS, blank, examples

    nlp = blank(max_length=4)
    data = examples(nlp, PAIRS[:3])
    nlp.initialize(lambda: data)
    DocBin(docs=[eg.reference for eg in data], store_user_data=True).to_disk(
        tmp_path / "test.spacy"
    )
    found = test("summarize", nlp, tmp_path)
    assert {"rouge1", "length_ratio", "repetition", "unknown", "novel", "copied"} <= set(found)
    assert found["unknown"] == 0.0


def test_the_large_summarizer_has_goals_of_its_own(rows):
    settings = {"metric": "rouge1", "place": ("summarize", "arxiv")}
    rows("spacy-rnn", 40.0, budget=900.0, **settings)
    found = rows("spacy-rnn-large", 42.0, budget=10800.0, **settings)
    assert found["summarize/arxiv/spacy-rnn/rouge1"]["met"] is True
    large = found["summarize/arxiv/spacy-rnn-large/rouge1"]
    assert (large["target"], large["met"]) == (43.0, False)


def test_going_on_from_another_summarizer_must_pay_and_an_oracle_is_no_peer(rows):
    settings = {"metric": "rouge1", "place": ("summarize", "scitldr")}
    rows("oracle-of-3-sentences", 45.0, **settings)
    rows("first-sentence", 28.0, **settings)
    rows("spacy-rnn", 30.0, **settings)
    found = rows("spacy-rnn-transfer", 35.0, **settings)
    for system, target, peer in (
        ("spacy-rnn", 28.0, "first-sentence"),
        ("spacy-rnn-transfer", 30.0, "spacy-rnn"),
    ):
        row = found[f"summarize/scitldr/{system}/rouge1"]
        assert (row["target"], row["met"], row["peer"]) == (target, True, peer)


def test_further_systems_of_ours_run_where_they_are_tried():
    from plan import VARIANTS, Run, systems_for

    assert set(VARIANTS) & set(systems_for("summarize", "scitldr")) == {"spacy-rnn-transfer"}
    assert set(VARIANTS) & set(systems_for("summarize", "arxiv")) == {"spacy-rnn-large"}
    assert set(VARIANTS) & set(systems_for("ner", "own")) == {"spacy-rnn-vectors"}
    for system, task in (("spacy-rnn-large", "summarize"), ("spacy-rnn", "translate")):
        assert Run(task, "", system, 0, 1.0).config.is_file()
