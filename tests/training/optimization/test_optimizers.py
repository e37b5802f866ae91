"""Optimizers against torch's, and what they do to a whole pipeline at once."""

import io

import numpy as np
import pytest
import torch
from spacy.util import registry
from thinc.api import Linear

from spacy_rnn.errors import NonFiniteError
from spacy_rnn.training.optimization.optimizers import Adam, RAdam, RMSprop
from spacy_rnn.training.run.start import start_run

SHAPES = {"W": (3, 4), "b": (4,)}


def gradients(step):
    chance = np.random.RandomState(step)
    return {name: chance.normal(size=shape).astype("float32") for name, shape in SHAPES.items()}


def ours(optimizer, steps=20):
    weights = {name: np.ones(shape, "float32") for name, shape in SHAPES.items()}
    for step in range(steps):
        for name, gradient in gradients(step).items():
            optimizer((1, name), weights[name], gradient)
        optimizer.step_schedules()
    return weights


def torchs(make, max_norm=None, steps=20):
    weights = {name: torch.ones(shape, requires_grad=True) for name, shape in SHAPES.items()}
    optimizer = make(weights)
    for step in range(steps):
        for name, gradient in gradients(step).items():
            weights[name].grad = torch.from_numpy(gradient)
        if max_norm:
            torch.nn.utils.clip_grad_norm_(weights.values(), max_norm)
        optimizer.step()
    return {name: weight.detach().numpy() for name, weight in weights.items()}


def assert_same(left, right):
    for name in SHAPES:
        np.testing.assert_allclose(left[name], right[name], rtol=1e-4, atol=1e-5)


def decaying_matrices(make, weight_decay, **settings):
    return lambda weights: make(
        [
            {"params": [weights["W"]], "weight_decay": weight_decay},
            {"params": [weights["b"]], "weight_decay": 0.0},
        ],
        **settings,
    )


def test_adam_with_decay_is_torchs_adamw():
    expected = torchs(decaying_matrices(torch.optim.AdamW, 0.1, lr=0.01), max_norm=0.5)
    # Thinc takes the decay after the step, torch before it: they differ by lr squared.
    left = ours(Adam(0.01, weight_decay=0.1, max_norm=0.5))
    for name in SHAPES:
        np.testing.assert_allclose(left[name], expected[name], atol=2e-4)


def test_clipping_sees_all_weights_together():
    expected = torchs(lambda w: torch.optim.Adam(w.values(), lr=0.01), max_norm=0.5)
    assert_same(ours(Adam(0.01, max_norm=0.5)), expected)
    alone = ours(Adam(0.01, max_norm=0.0))
    assert not np.allclose(alone["W"], expected["W"], atol=1e-4)


def test_rmsprop_is_torchs():
    expected = torchs(lambda w: torch.optim.RMSprop(w.values(), lr=0.01, alpha=0.9))
    assert_same(ours(RMSprop(0.01, decay=0.9, max_norm=0.0)), expected)


def test_radam_is_torchs():
    expected = torchs(lambda w: torch.optim.RAdam(w.values(), lr=0.01))
    left = ours(RAdam(0.01, max_norm=0.0))
    # In its first five steps Thinc stands still where torch moves by momentum.
    assert np.abs(left["W"] - expected["W"]).max() < 0.2
    assert np.abs(left["W"] - 1.0).max() > 0.01


def test_decay_leaves_biases_gains_and_embeddings_alone():
    optimizer = Adam(0.1, weight_decay=0.5)
    names = ["W", "b", "E", "G", "torch.embed.weight", "torch.lstm.weight_ih_l0"]
    weights = {name: np.ones((2, 2), "float32") for name in names}
    vector = np.ones(2, "float32")
    for name, weight in weights.items():
        optimizer((1, name), weight, np.zeros((2, 2), "float32"))
    optimizer((1, "torch.norm.weight"), vector, np.zeros(2, "float32"))
    optimizer.step_schedules()
    moved = {name for name, weight in weights.items() if (weight != 1.0).any()}
    assert moved == {"W", "torch.lstm.weight_ih_l0"}
    assert (vector == 1.0).all()


def test_a_nan_stops_before_any_weight_moves():
    optimizer = Adam(0.1)
    optimizer.names = {(2, "W"): "ner/3.linear.W"}
    good, bad = np.ones(2, "float32"), np.ones(2, "float32")
    optimizer((1, "W"), good, np.ones(2, "float32"))
    optimizer((2, "W"), bad, np.array([1, np.nan], "float32"))
    with pytest.raises(NonFiniteError, match=r"gradient of ner/3\.linear\.W is NaN"):
        optimizer.step_schedules()
    assert (good == 1.0).all() and (bad == 1.0).all()


def test_a_nan_can_be_skipped_and_leaves_no_trace():
    skipping, plain = Adam(0.1, on_nan="skip"), Adam(0.1)
    left, right = np.ones(2, "float32"), np.ones(2, "float32")
    poison = np.array([np.inf, 1], "float32")
    skipping((1, "W"), left, poison)
    skipping.step_schedules()
    assert skipping.skipped == 1 and not poison.any()
    for optimizer, weight in ((skipping, left), (plain, right)):
        optimizer((1, "W"), weight, np.ones(2, "float32"))
        optimizer.step_schedules()
    assert (left == right).all()


def test_thinc_models_train_with_it():
    model = Linear(2, 3).initialize()
    before = model.get_param("W").copy()
    optimizer = Adam(0.1)
    _, backprop = model.begin_update(np.ones((1, 3), "float32"))
    backprop(np.ones((1, 2), "float32"))
    model.finish_update(optimizer)
    assert (model.get_param("W") == before).all(), "nothing moves before the step is complete"
    optimizer.step_schedules()
    assert (model.get_param("W") != before).all()
    assert not model.get_grad("W").any()


def test_a_loop_that_forgets_to_step_is_told():
    optimizer = Adam(0.1)
    optimizer((1, "W"), np.ones(2, "float32"), np.ones(2, "float32"))
    with pytest.raises(RuntimeError, match="step_schedules"):
        optimizer((1, "W"), np.ones(2, "float32"), np.ones(2, "float32"))


@pytest.mark.parametrize(
    "settings, name",
    [
        ({"max_norm": -1.0}, "max_norm"),
        ({"weight_decay": -1.0}, "weight_decay"),
        ({"on_nan": "cry"}, "on_nan"),
    ],
)
def test_bad_settings_are_named(settings, name):
    with pytest.raises(ValueError, match=f"optimizer.{name}"):
        Adam(**settings)


@pytest.mark.parametrize("name", ["Adam", "RAdam", "RMSprop"])
def test_they_stand_in_the_registry(name):
    block = {"@optimizers": f"spacy-rnn.{name}.v1", "learn_rate": 0.1}
    assert registry.resolve({"optimizer": block})["optimizer"].learn_rate == 0.1


@pytest.mark.parametrize("on_nan, raises", [("stop", True), ("skip", False)])
def test_training_names_layer_and_batch_of_a_nan(config_path, tmp_path, on_nan, raises):
    run = start_run(config_path, tmp_path, {"training.optimizer.on_nan": on_nan})
    textcat = run.nlp.get_pipe("textcat")

    def poison(nlp, at):
        if at["step"] == 4:
            node = next(node for node in textcat.model.walk() if "W" in node.param_names)
            node.get_grad("W")[...] = np.nan

    run.settings["before_update"] = poison
    if raises:
        with pytest.raises(NonFiniteError, match=r"textcat/.*\.W .*batch of \d+ texts"):
            run.train(io.StringIO(), io.StringIO())
    else:
        run.train(io.StringIO(), io.StringIO())
        assert run.optimizer.skipped == 1
    assert (tmp_path / "model-best").exists()


def test_the_averages_of_torch_weights_are_evaluated_and_saved(config_path, tmp_path):
    import spacy

    from spacy_rnn.training.run.optimizer_state import named_weights

    run = start_run(config_path, tmp_path, {})
    run.train(io.StringIO(), io.StringIO())
    keys = named_weights(run.nlp)
    torch_key = next(key for name, key in keys.items() if "torch" in name and "weight" in name)
    saved = named_arrays(spacy.load(tmp_path / "model-last"))
    name = next(name for name, key in keys.items() if key == torch_key)
    np.testing.assert_array_equal(saved[name], run.optimizer.averages[torch_key])
    raw = named_arrays(run.nlp)
    assert not np.allclose(raw[name], saved[name])


def named_arrays(nlp):
    """Every torch weight of a pipeline, by the name that checkpoints give it."""
    from spacy_rnn.layers.torch_bridge import module_of, weight_keys

    arrays = {}
    for component, pipe in nlp.pipeline:
        nodes = list(pipe.model.walk())
        for name in weight_keys(pipe.model):
            if ".torch." in name:
                module = module_of(nodes[int(name.split(".", 1)[0])])
                weight = dict(module.named_parameters())[name.split(".torch.", 1)[1]]
                arrays[f"{component}/{name}"] = weight.detach().numpy()
    return arrays
