"""The compiled LSTM and GRU against torch's, and their behaviour at the edges."""

import threading

import numpy as np
import pytest
import torch
from thinc.api import Adam

from spacy_rnn import native
from spacy_rnn.layers.encoders import RNNEncoder
from spacy_rnn.native.recurrent import can_read, read, read_one_way
from spacy_rnn.nn.chunks import read_packed
from spacy_rnn.nn.ragged import Ragged
from spacy_rnn.nn.recurrent import RecurrentEncoder
from spacy_rnn.nn.stack import Cell

pytestmark = pytest.mark.skipif(
    not native.is_available(), reason="the compiled kernels are not built, or switched off"
)

BATCHES = {
    "mixed": [5, 0, 17, 1, 3, 0, 9, 1, 2, 30, 4],
    "one": [13],
    "ones": [1] * 9,
    "empty": [0, 0],
    "long and short": [1_100] + [1] * 255,
    "several portions": [100, 513, 300, 1, 512],
    "several chunks": [10] * 230,
}


@pytest.fixture(params=native.kinds())
def kind(request):
    with native.using(request.param):
        yield request.param


@pytest.fixture(params=["lstm", "gru"])
def cell(request):
    return Cell(request.param)


def encoder(hidden, cell, width=13, **settings):
    torch.manual_seed(0)
    return RecurrentEncoder(width, hidden, hidden, cell=cell, **settings)


def inputs(lengths, width=13):
    torch.manual_seed(1)
    return Ragged(torch.randn(sum(lengths), width), torch.tensor(lengths))


def in_torch(run):
    with native.using(None):
        return run()


def assert_as_in_torch(module, batch):
    with torch.no_grad():
        expected = in_torch(lambda: module(batch).data)
        found = module(batch).data
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-5, equal_nan=True)


@pytest.mark.parametrize("hidden", [2, 30, 96])
@pytest.mark.parametrize("name", BATCHES)
def test_inference_agrees_with_torch(kind, cell, name, hidden):
    assert_as_in_torch(encoder(hidden, cell), inputs(BATCHES[name]))


@pytest.mark.parametrize("count", range(1, 18))
def test_any_number_of_sequences_agrees_with_torch(kind, cell, count):
    assert_as_in_torch(encoder(32, cell), inputs([4] * count))


@pytest.mark.parametrize("settings", [{"depth": 2, "residual": True}, {"bidirectional": False}])
def test_stacks_and_one_way_networks_agree_with_torch(kind, cell, settings):
    cell = Cell(cell.kind, settings.pop("bidirectional", True))
    assert_as_in_torch(encoder(48, cell, 48, **settings), inputs([4, 0, 9, 9], 48))


def test_rows_that_are_columns_of_wider_ones_are_read(kind, cell):
    module, wide = encoder(32, cell), inputs([5, 2], 40)
    assert_as_in_torch(module, wide.with_data(wide.data[:, 3:16]))
    assert_as_in_torch(module, wide.with_data(wide.data.t().contiguous().t()[:, :13]))


def gradients(module, batch):
    data = batch.data.clone().requires_grad_()
    module.zero_grad()
    out = module(batch.with_data(data)).data
    (out * torch.sin(torch.arange(out.numel()).view_as(out))).sum().backward()
    return [out.detach(), data.grad, *(p.grad.clone() for p in module.parameters())]


@pytest.mark.parametrize("hidden", [30, 160])
@pytest.mark.parametrize("name", ["mixed", "one", "ones", "several chunks"])
def test_gradients_agree_with_torch(kind, cell, name, hidden):
    module, batch = encoder(hidden, cell), inputs(BATCHES[name])
    expected = in_torch(lambda: gradients(module, batch))
    for ours, theirs in zip(gradients(module, batch), expected, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5 * theirs.abs().max().item())


def state_of(layer, count, *shape):
    parts = 2 if isinstance(layer, torch.nn.LSTM) else 1
    return torch.randn(parts, *shape, count, layer.hidden_size)


@pytest.mark.parametrize("hidden", [30, 64])
@pytest.mark.parametrize("direction", [0, 1])
@pytest.mark.parametrize("name", ["mixed", "one", "several portions", "empty"])
def test_states_go_in_and_come_out_as_in_torch(kind, cell, name, hidden, direction):
    layer, batch = encoder(hidden, cell).layers[0], inputs(BATCHES[name])
    entered = state_of(layer, len(batch.lengths))
    with torch.no_grad():
        out, left = read_one_way(layer, direction, batch.data, batch.lengths, entered)
        both = torch.stack([entered, entered], dim=1)
        if len(batch.data):
            expected, states = read_packed(layer, batch, both)
            filled = batch.lengths > 0
            expected, states = expected.chunk(2, 1)[direction], states[:, direction, filled]
            torch.testing.assert_close(out, expected, rtol=0, atol=1e-5)
            torch.testing.assert_close(left[:, filled], states, rtol=0, atol=1e-5)
    empty = batch.lengths == 0
    assert torch.equal(left[:, empty], entered[:, empty])


@pytest.mark.parametrize("hidden", [30, 64])
@pytest.mark.parametrize("name", ["mixed", "several chunks"])
def test_gradients_after_given_states_agree_with_torch(kind, cell, name, hidden):
    layer, batch = encoder(hidden, cell).layers[0], inputs(BATCHES[name])
    entered = state_of(layer, len(batch.lengths), 2)

    def run(read_layer):
        data = batch.data.clone().requires_grad_()
        layer.zero_grad()
        out = read_layer(batch.with_data(data))
        (out * torch.sin(torch.arange(out.numel()).view_as(out))).sum().backward()
        return [out.detach(), data.grad, *(p.grad.clone() for p in layer.parameters())]

    ours = run(lambda rows: read(layer, rows.data, rows.lengths, entered))
    for one, other in zip(ours, run(lambda rows: read_packed(layer, rows, entered)[0])):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5 * other.abs().max().item())


def test_nothing_has_a_gradient_of_nothing(cell):
    batch = inputs([0, 0])
    read(encoder(30, cell).layers[0], batch.data.requires_grad_(), batch.lengths).sum().backward()
    assert batch.data.grad.shape == (0, 13)


def test_gradients_can_be_taken_again_but_not_of_themselves(cell):
    module, batch = encoder(32, cell), inputs([6, 4])
    data = batch.data.requires_grad_()
    out = module(batch).data.square().sum()
    first = torch.autograd.grad(out, data, retain_graph=True)[0]
    again = torch.autograd.grad(out, data, create_graph=True)[0]
    assert torch.equal(first, again)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        again.sum().backward()


def test_frozen_weights_get_no_gradient(cell):
    module, batch = encoder(32, cell), inputs([6, 4])
    module.requires_grad_(False)
    assert not module(batch).data.requires_grad
    data = batch.data.requires_grad_()
    module(batch).data.sum().backward()
    assert data.grad.abs().sum() > 0
    assert all(weight.grad is None for weight in module.parameters())


def test_a_change_of_weights_between_the_passes_is_an_error(cell):
    module, batch = encoder(32, cell), inputs([6, 4])
    out = module(batch).data.sum()
    with torch.no_grad():
        module.layers[0].weight_hh_l0.mul_(2.0)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        out.backward()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), 1e30])
def test_what_is_not_finite_stays_so_where_it_does_in_torch(kind, cell, value):
    module, batch = encoder(32, cell), inputs([6, 4])
    batch.data[2, 3] = value
    assert_as_in_torch(module, batch)


@pytest.mark.parametrize("scale", [10.0, 100.0])
def test_saturated_gates_agree_with_torch(kind, cell, scale):
    module, batch = encoder(32, cell), inputs([9, 4])
    assert_as_in_torch(module, batch.with_data(batch.data * scale))


def test_a_change_of_weights_is_seen(cell):
    module, batch = encoder(32, cell), inputs([6, 4])
    weight = module.layers[0].weight_hh_l0
    new = torch.full_like(weight, 0.1)
    with torch.no_grad():
        for change in (
            lambda: weight.mul_(0.5),
            lambda: weight[3].zero_(),
            lambda: module.layers[0].bias_hh_l0.add_(1.0),
            lambda: setattr(weight, "data", new),
            lambda: module.load_state_dict(encoder(32, cell).state_dict()),
        ):
            before = module(batch).data
            change()
            assert_as_in_torch(module, batch)
            assert not torch.equal(module(batch).data, before)


def test_training_and_averages_are_seen(cell):
    model = RNNEncoder(cell.kind, 32)
    batch = [np.random.RandomState(0).normal(size=(7, 12)).astype("f")]
    model.initialize(X=batch)
    optimizer = Adam(0.1, use_averages=True)
    for _ in range(3):
        before = model.predict(batch)[0]
        outputs, backprop = model.begin_update(batch)
        model.predict(batch)
        backprop(outputs)
        model.finish_update(optimizer)
        assert not np.allclose(model.predict(batch)[0], before, atol=1e-3)
        assert_predicts_as_in_torch(model, batch)
    with model.use_params(optimizer.averages):
        assert_predicts_as_in_torch(model, batch)
    assert_predicts_as_in_torch(model, batch)


def assert_predicts_as_in_torch(model, batch):
    expected = in_torch(lambda: model.predict(batch)[0])
    np.testing.assert_allclose(model.predict(batch)[0], expected, rtol=0, atol=1e-5)


def test_threads_may_share_a_layer(cell):
    module = encoder(64, cell)
    batches = [inputs([n, 2 * n, 3]) for n in range(1, 9)]
    with torch.no_grad():
        expected = [module(batch).data for batch in batches]
    wrong = []

    def work(i):
        with torch.no_grad():
            for _ in range(30):
                if not torch.equal(module(batches[i]).data, expected[i]):
                    wrong.append(i)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(len(batches))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_other_types_and_modes_are_left_to_torch(cell):
    layer, rows = encoder(32, cell).layers[0], torch.zeros(1, 13)
    assert can_read(layer, rows)
    assert not can_read(layer, rows.double())
    assert not can_read(layer, rows.bfloat16())
    assert not can_read(layer, rows.to("meta"))
    assert not can_read(torch.nn.RNN(13, 16), rows)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert not can_read(layer, rows)
    with native.using(None):
        assert not can_read(layer, rows)
    assert not can_read(layer.double(), rows)


def test_inference_mode_is_understood(cell):
    module, batch = encoder(32, cell), inputs([6, 4])
    with torch.inference_mode():
        assert_as_in_torch(module, batch)
        assert_as_in_torch(encoder(32, cell), batch)


@pytest.mark.parametrize("lengths", [[5], [4, 3], [7, -1], [6.0]])
def test_lengths_that_do_not_fit_are_refused(cell, lengths):
    layer = encoder(32, cell).layers[0]
    with pytest.raises(ValueError, match="add up"):
        read(layer, torch.zeros(6, 13), torch.tensor(lengths))


def test_rows_of_another_width_are_refused(cell):
    layer = encoder(32, cell).layers[0]
    with torch.no_grad(), pytest.raises(ValueError, match="13"):
        read(layer, torch.zeros(6, 12), torch.tensor([6]))
