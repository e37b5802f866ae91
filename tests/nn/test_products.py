import pytest
import torch

from spacy_rnn.nn.decoder import Decoder, DecoderSettings
from spacy_rnn.nn.products import DeferredProducts, Products
from spacy_rnn.nn.ragged import Ragged


def gradients(products, start, fixed, memory, steps=4):
    """Run a small recurrence over fixed weights and a memory. RETURNS: its gradients."""
    leaves = [tensor.clone().requires_grad_() for tensor in (start, fixed, memory)]
    start, fixed, memory = leaves
    products = products(fixed, memory)
    state = products.begin(start) if isinstance(products, DeferredProducts) else start
    total = 0.0
    for _ in range(steps):
        state = torch.tanh(products.by_columns(state, fixed))
        weights = torch.softmax(products.by_columns(state, memory), dim=2)
        state = state + products.by_rows(weights, memory)
        total = total + (state**2).sum()
    total.backward()
    return [leaf.grad for leaf in leaves]


def test_the_deferred_gradient_is_that_of_every_step_added_up():
    torch.manual_seed(0)
    tensors = [torch.randn(*shape).double() for shape in ((2, 3, 5), (5, 5), (2, 7, 5))]
    plain = gradients(lambda *fixed: Products(), *tensors)
    deferred = gradients(DeferredProducts, *tensors)
    for expected, got in zip(plain, deferred):
        torch.testing.assert_close(got, expected)


def test_a_matrix_that_was_not_announced_has_its_gradient_all_the_same():
    products = DeferredProducts(torch.zeros(2, 2, requires_grad=True))
    other = torch.ones(3, 4, requires_grad=True)
    products.by_columns(torch.ones(1, 1, 4), other).sum().backward()
    assert (other.grad == 1.0).all()
    other.grad = None
    products.by_rows(torch.ones(1, 1, 3), other).sum().backward()
    assert (other.grad == 1.0).all()


@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize("attention", ["general", "dot", "additive"])
@pytest.mark.parametrize("input_feeding", [True, False])
def test_a_decoder_learns_the_same_as_step_by_step(cell, attention, input_feeding, monkeypatch):
    settings = DecoderSettings(
        6, 6, cell=cell, attention=attention, input_feeding=input_feeding, coverage=True
    )
    torch.manual_seed(0)
    decoder = Decoder(settings, vocabulary=9, memory_width=6).double()
    sources = torch.randn(7, 6).double()
    ids = torch.tensor([2, 3, 4, 5, 2, 9, 3])
    targets = torch.tensor([[2, 3, 9, 1], [4, 1, 0, 0]])

    def learn():
        decoder.zero_grad()
        leaf = sources.clone().requires_grad_()
        memory = decoder.remember(Ragged(leaf, torch.tensor([4, 3])), ids)
        trace = decoder.unroll(memory, targets)
        (
            trace.readout.sin().sum() + (trace.attention**2).sum() + trace.coverage[:, 2].sum()
        ).backward()
        return [leaf.grad] + [p.grad for p in decoder.parameters() if p.grad is not None]

    deferred = learn()
    monkeypatch.setattr("spacy_rnn.nn.decoder.DeferredProducts", PlainProducts)
    plain = learn()
    assert len(plain) == len(deferred)
    for expected, got in zip(plain, deferred):
        torch.testing.assert_close(got, expected)


class PlainProducts(Products):
    def __init__(self, *fixed):
        pass

    def begin(self, start):
        return start
