"""Steps that do not fit into memory: torch's error is thrown in where a GPU would throw it."""

import numpy as np
import pytest
import torch
from thinc.api import Adam as ThincAdam
from thinc.api import NumpyOps

from spacy_rnn.layers.bag_of_ngrams import BagOfNgramsHead, Bags
from spacy_rnn.layers.crf import CRFHead
from spacy_rnn.layers.device_memory import has_run_out, with_room
from spacy_rnn.layers.torch_bridge import module_of
from spacy_rnn.training.optimization.optimizers import Adam, RAdam, RMSprop

OUT_OF_MEMORY = torch.OutOfMemoryError("CUDA out of memory.")
OPTIMIZERS = {"adam": Adam, "radam": RAdam, "rmsprop": RMSprop}


def fails(function, times):
    """The function, which has no memory the first so many times."""
    left = iter(range(times))

    def call(*args, **options):
        if next(left, None) is not None:
            raise OUT_OF_MEMORY
        return function(*args, **options)

    return call


def step(optimizer, weights):
    for name, weight in weights.items():
        optimizer((1, name), weight, np.full_like(weight, 0.5))
    optimizer.step_schedules()


def ones():
    return {"W": np.ones((3, 4), "float32"), "b": np.ones(4, "float32")}


@pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_a_step_is_made_when_there_is_room_the_second_time(make, monkeypatch):
    expected, found = ones(), ones()
    step(make(0.1, weight_decay=0.1), expected)
    monkeypatch.setattr(NumpyOps, "alloc1f", fails(NumpyOps.alloc1f, 1))
    step(make(0.1, weight_decay=0.1), found)
    for name, weight in expected.items():
        np.testing.assert_array_equal(found[name], weight)


@pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_no_weight_moves_where_the_step_does_not_fit(make, monkeypatch):
    weights = ones()
    monkeypatch.setattr(NumpyOps, "alloc1f", fails(NumpyOps.alloc1f, 2))
    with pytest.raises(MemoryError, match="No weight was moved.*use_averages"):
        step(make(0.1), weights)
    assert all((weight == 1.0).all() for weight in weights.values())


def head_with_gradients():
    torch.manual_seed(0)
    head = CRFHead(3, 2)
    head.initialize()
    scores, backprop = head.begin_update([np.ones((4, 2), "float32")])
    backprop(scores)
    return head


def test_thincs_optimizer_moves_a_layer_when_there_is_room_the_second_time(monkeypatch):
    expected, found = head_with_gradients(), head_with_gradients()
    before = expected.to_bytes()
    expected.finish_update(ThincAdam(0.1))
    monkeypatch.setattr(NumpyOps, "alloc1f", fails(NumpyOps.alloc1f, 1))
    found.finish_update(ThincAdam(0.1))
    assert found.to_bytes() == expected.to_bytes() != before


def test_thincs_optimizer_leaves_a_layer_alone_that_does_not_fit(monkeypatch):
    head = head_with_gradients()
    before = head.to_bytes()
    monkeypatch.setattr(NumpyOps, "alloc1f", fails(NumpyOps.alloc1f, 2))
    with pytest.raises(MemoryError, match="No weight was moved"):
        head.finish_update(ThincAdam(0.1))
    assert head.to_bytes() == before


def learned_table(monkeypatch, failures):
    """RETURNS: the table of an n-gram classifier after one step."""
    torch.manual_seed(0)
    head = BagOfNgramsHead(50, True, False, 2)
    head.initialize()
    bags = Bags(np.array([3, 7, 7]), np.ones(3, "f"), np.array([2, 1]))
    scores, backprop = head.begin_update(bags)
    backprop(scores - np.eye(2, dtype="float32"))
    monkeypatch.setattr(torch.Tensor, "coalesce", fails(torch.Tensor.coalesce, failures))
    head.finish_update(Adam(0.1))
    return module_of(head).ngrams.weight.detach().clone()


def test_a_table_moves_when_there_is_room_the_second_time(monkeypatch):
    expected = learned_table(monkeypatch, 0)
    assert expected.any()
    assert torch.equal(learned_table(monkeypatch, 1), expected)


def test_a_table_that_does_not_fit_is_named(monkeypatch):
    with pytest.raises(MemoryError, match="n-gram table does not fit"):
        learned_table(monkeypatch, 2)


def test_other_errors_pass_and_nothing_is_tried_again():
    tried = []

    def broken():
        tried.append(1)
        raise RuntimeError("a bug")

    with pytest.raises(RuntimeError, match="a bug"):
        with_room(broken, "complaint")
    assert len(tried) == 1


@pytest.mark.parametrize(
    "error, expected",
    [
        (OUT_OF_MEMORY, True),
        (MemoryError(), True),
        (RuntimeError("CUDNN_STATUS_ALLOC_FAILED"), True),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory"), True),
        (RuntimeError("a bug"), False),
    ],
)
def test_an_error_is_about_memory_by_its_type_or_by_what_it_says(error, expected):
    assert has_run_out(error) is expected
