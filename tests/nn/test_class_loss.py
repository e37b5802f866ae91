"""The loss of classes against torch's own losses, and its gradient against autograd."""

import pytest
import torch
from torch.nn import functional as F

from spacy_rnn.nn.class_loss import ClassLoss

WEIGHTS = torch.tensor([0.5, 2.0, 1.0], dtype=torch.float64)
EVEN = torch.ones(3, dtype=torch.float64)
CLASSES = torch.tensor([0, 1, 2, 1])
ONE_HOT = F.one_hot(CLASSES, 3).double()
SETS = torch.tensor([[1, 0, 1], [0, 0, 0], [1, 1, 1], [0, 1, 0]]).double()


def random_logits():
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(4, 3, generator=generator, dtype=torch.float64)
    return logits.requires_grad_()


def probabilities(logits, exclusive):
    return torch.softmax(logits, dim=1) if exclusive else torch.sigmoid(logits)


def test_exclusive_classes_as_torch_weighs_and_smooths_them():
    logits = random_logits()
    losses, _ = ClassLoss(True, WEIGHTS, 0.0, 0.2)(probabilities(logits, True), ONE_HOT)
    wanted = F.cross_entropy(logits, CLASSES, WEIGHTS, reduction="none", label_smoothing=0.2)
    assert torch.allclose(losses.sum(1), wanted, atol=1e-6)


def test_sets_of_classes_as_torch_weighs_them():
    logits = random_logits()
    losses, _ = ClassLoss(False, WEIGHTS)(probabilities(logits, False), SETS)
    wanted = F.binary_cross_entropy_with_logits(logits, SETS, pos_weight=WEIGHTS, reduction="none")
    assert torch.allclose(losses, wanted, atol=1e-6)


def test_focal_loss_as_it_is_defined():
    logits = random_logits()
    p = probabilities(logits, True)
    losses, _ = ClassLoss(True, EVEN, focal_gamma=2.0)(p, ONE_HOT)
    right = p.gather(1, CLASSES.unsqueeze(1)).squeeze(1)
    assert torch.allclose(losses.sum(1), -((1 - right) ** 2) * right.log(), atol=1e-6)


@pytest.mark.parametrize("exclusive,truths", [(True, ONE_HOT), (False, SETS)])
@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0])
@pytest.mark.parametrize("smoothing", [0.0, 0.3])
def test_the_gradient_is_that_of_autograd(exclusive, truths, gamma, smoothing):
    logits = random_logits()
    loss = ClassLoss(exclusive, WEIGHTS, gamma, smoothing)
    losses, gradient = loss(probabilities(logits, exclusive), truths)
    (wanted,) = torch.autograd.grad(losses.sum(), logits)
    assert torch.allclose(gradient, wanted, atol=1e-9)


@pytest.mark.parametrize("exclusive", [True, False])
def test_certain_mistakes_stay_finite(exclusive):
    p = torch.tensor([[1.0, 0.0]])
    loss = ClassLoss(exclusive, torch.ones(2), 0.5)
    assert all(torch.isfinite(out).all() for out in loss(p, 1.0 - p))
