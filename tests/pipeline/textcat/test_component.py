"""The text classifiers as pipeline components."""

import copy
import pickle

import numpy as np
import pytest
import spacy
from spacy.training import Example

RNN = {
    "@architectures": "spacy-rnn.TextCatRNN.v1",
    "exclusive_classes": True,
    "pooling": ["attention", "max"],
    "tok2vec": {
        "@architectures": "spacy.Tok2Vec.v2",
        "embed": {
            "@architectures": "spacy-rnn.WordEmbed.v1",
            "attrs": ["WORD"],
            "widths": [32],
        },
        "encode": {"@architectures": "spacy-rnn.BiLSTMEncoder.v1", "width": 32},
    },
}
# The same words in every text: only their order tells the class.
ORDERED = [
    ("red beats blue", "RED"),
    ("blue beats red", "BLUE"),
    ("today red again beats blue", "RED"),
    ("today blue again beats red", "BLUE"),
]


def rnn(exclusive=True):
    return {**copy.deepcopy(RNN), "exclusive_classes": exclusive}


def ensemble(exclusive=True):
    return {
        "@architectures": "spacy-rnn.TextCatEnsemble.v1",
        "rnn_model": rnn(exclusive),
        "linear_model": {
            "@architectures": "spacy.TextCatBOW.v3",
            "exclusive_classes": exclusive,
            "ngram_size": 1,
            "length": 512,
            "no_output_layer": True,
        },
    }


FACTORIES = [("rnn_textcat", True), ("rnn_textcat_multilabel", False)]
SPACYS = [("textcat", True), ("textcat_multilabel", False)]


def examples(nlp):
    cats = {label: {"RED": 0.0, "BLUE": 0.0, label: 1.0} for label in ("RED", "BLUE")}
    return [Example.from_dict(nlp.make_doc(t), {"cats": cats[label]}) for t, label in ORDERED]


def trained(factory, model, steps=60):
    spacy.util.fix_random_seed(0)
    nlp = spacy.blank("en")
    nlp.add_pipe(factory, name="cats", config={"model": model})
    optimizer = nlp.initialize(lambda: examples(nlp))
    optimizer.learn_rate = 0.01
    for _ in range(steps):
        nlp.update(examples(nlp), sgd=optimizer, drop=0.1)
    return nlp


@pytest.fixture(scope="module")
def nlp():
    return trained("rnn_textcat", rnn())


@pytest.mark.parametrize("build", [rnn, ensemble])
@pytest.mark.parametrize("factory,exclusive", FACTORIES + SPACYS)
def test_word_order_is_learned(factory, exclusive, build):
    nlp = trained(factory, build(exclusive))
    for text, label in ORDERED:
        assert nlp(text).cats[label] > 0.9, text


def test_exclusive_probabilities_sum_to_one(nlp):
    assert sum(nlp("today red beats").cats.values()) == pytest.approx(1.0, abs=1e-6)


def test_a_text_is_classified_the_same_in_any_batch(nlp):
    texts = [t for t, _ in ORDERED] + ["", " ", "blue " * 200, "green"]
    alone = [nlp(text).cats for text in texts]
    for size in (1, 3, 100):
        for doc, cats in zip(nlp.pipe(texts, batch_size=size), alone):
            assert doc.cats == pytest.approx(cats, abs=1e-5)


def test_predictions_survive_bytes_disk_and_pickle(nlp, tmp_path):
    nlp.to_disk(tmp_path)
    others = [
        spacy.load(tmp_path),
        spacy.blank("en").from_config(nlp.config).from_bytes(nlp.to_bytes()),
        pickle.loads(pickle.dumps(nlp)),
    ]
    for other in others:
        assert other("today red beats").cats == nlp("today red beats").cats


@pytest.mark.parametrize("build", [rnn, ensemble])
@pytest.mark.parametrize("factory,exclusive", SPACYS)
def test_spacys_own_components_keep_and_save_what_our_models_learned(
    factory, exclusive, build, tmp_path
):
    nlp = trained(factory, build(exclusive), steps=3)
    nlp.to_disk(tmp_path)
    other = spacy.blank("en").from_config(nlp.config).from_bytes(nlp.to_bytes())
    for again in (other, spacy.load(tmp_path), pickle.loads(pickle.dumps(nlp))):
        assert again("today red beats").cats == nlp("today red beats").cats
    nlp.update(examples(nlp), sgd=nlp.resume_training())


@pytest.mark.parametrize("build", [rnn, ensemble])
def test_a_label_can_be_added_after_training(build):
    nlp = trained("rnn_textcat", build())
    before = nlp("red beats blue").cats
    nlp.get_pipe("cats").add_label("DRAW")
    after = nlp("red beats blue").cats
    assert after["RED"] > after["BLUE"] and before["RED"] > before["BLUE"]
    optimizer = nlp.resume_training()
    optimizer.learn_rate = 0.01
    draw = {"cats": {"RED": 0.0, "BLUE": 0.0, "DRAW": 1.0}}
    for _ in range(40):
        more = [Example.from_dict(nlp.make_doc("nobody wins"), draw), *examples(nlp)]
        for example in more[1:]:
            example.reference.cats["DRAW"] = 0.0
        nlp.update(more, sgd=optimizer)
    assert nlp("nobody wins").cats["DRAW"] > 0.5 and nlp("red beats blue").cats["RED"] > 0.5


@pytest.mark.parametrize("cats", [{}, {"RED": 0.0, "BLUE": 0.0}])
def test_texts_without_a_true_category_teach_nothing(cats):
    nlp = trained("rnn_textcat", rnn(), steps=0)
    pipe = nlp.get_pipe("cats")
    bare = [Example.from_dict(nlp.make_doc("red beats blue"), {"cats": cats})]
    scores = pipe.predict([bare[0].predicted]).scores
    loss, gradient = pipe.get_loss(bare, scores)
    assert loss == 0.0 and not gradient.any()


def test_texts_without_categories_are_not_scored(nlp):
    gold = examples(nlp)
    bare = [Example.from_dict(nlp.make_doc("blue and red"), {})]
    assert nlp.evaluate(gold + bare)["cats_score"] == nlp.evaluate(gold)["cats_score"] == 1.0
    assert nlp.evaluate(gold)["cats_accuracy"] == 1.0


@pytest.mark.parametrize("build", [rnn, ensemble])
def test_an_empty_text_in_training_does_no_harm(build):
    nlp = spacy.blank("en")
    nlp.add_pipe("rnn_textcat", config={"model": build()})
    empty = Example.from_dict(nlp.make_doc(""), {"cats": {"RED": 1.0, "BLUE": 0.0}})
    optimizer = nlp.initialize(lambda: [empty, *examples(nlp)])
    nlp.update([empty, *examples(nlp)], sgd=optimizer)
    nlp.update([empty], sgd=optimizer)
    assert nlp("").cats == {"RED": 0.0, "BLUE": 0.0}


def test_an_unknown_category_is_named():
    nlp = trained("rnn_textcat", rnn(), steps=0)
    green = [Example.from_dict(nlp.make_doc("green"), {"cats": {"GREEN": 1.0}})]
    with pytest.raises(ValueError, match="GREEN"):
        nlp.update(green)


def test_labels_from_a_file(tmp_path):
    nlp = spacy.blank("en")
    nlp.add_pipe("rnn_textcat", config={"model": rnn()})
    nlp.get_pipe("rnn_textcat").initialize(
        lambda: examples(nlp), nlp=nlp, labels=["RED", "BLUE", "X"]
    )
    assert nlp.get_pipe("rnn_textcat").label_data == ("RED", "BLUE", "X")


def test_each_part_of_the_ensemble_has_the_gradient_of_its_own_loss():
    from thinc.api import Model

    from spacy_rnn.layers.ensemble import Ensemble

    received = []

    def part(values):
        def forward(model, X, is_train):
            return np.asarray(values, dtype="f"), lambda d: received.append(d) or X

        return Model("part", forward)

    first, second = [[0.7, 0.2, 0.1]], [[0.3, 0.3, 0.4]]
    logits = np.log(second) + 2.0
    target = np.array([[1.0, 0.0, 0.0]], dtype="f")
    model = Ensemble(part(first), part(logits), exclusive=True)
    joint, backprop = model.begin_update(["a text"])
    assert joint.sum() == pytest.approx(1.0)
    backprop(joint - target)
    assert np.allclose(received[0], first - target, atol=1e-5)
    assert np.allclose(received[1], second - target, atol=1e-5)


@pytest.mark.parametrize(
    "change,message",
    [
        ({"pooling": []}, "model.pooling"),
        ({"pooling": ["median"]}, "median"),
        ({"attention_heads": 0}, "model.attention_heads"),
        ({"exclusive_classes": False}, "exclusive_classes"),
    ],
)
def test_impossible_settings_are_named(change, message):
    with pytest.raises(ValueError, match=message):
        spacy.blank("en").add_pipe("rnn_textcat", config={"model": {**rnn(), **change}})


def test_one_process_or_two(nlp):
    texts = [t for t, _ in ORDERED] * 5
    one = [doc.cats for doc in nlp.pipe(texts)]
    two = [doc.cats for doc in nlp.pipe(texts, n_process=2, batch_size=5)]
    assert all(a == pytest.approx(b, abs=1e-5) for a, b in zip(one, two))
