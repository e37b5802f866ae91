import numpy as np
import pytest
import torch
from torchcrf import CRF as PytorchCRF

from spacy_rnn.nn.crf_loss import Excluded, negative_log_likelihood
from tests.nn.crf_cases import paths_of, random_scores, sequences_of


def fixed(tags, width):
    allowed = np.zeros((len(tags), width), dtype=bool)
    allowed[np.arange(len(tags)), tags] = True
    return allowed


def brute_force(scores, allowed):
    """The loss by way of all paths."""
    loss, begin, annotated = 0.0, 0, 0
    for sequence in sequences_of(scores):
        rows = allowed[begin : begin + len(sequence.emissions)]
        begin += len(rows)
        paths = paths_of(sequence)
        kept = [s for path, s in paths if all(rows[i, tag] for i, tag in enumerate(path))]
        loss += np.logaddexp.reduce([s for _, s in paths]) - np.logaddexp.reduce(kept)
        annotated += not rows.all()
    return loss / max(1, annotated)


def gradcheck(scores, allowed, excluded=(), step=1e-6):
    _, gradient = negative_log_likelihood(scores, allowed, excluded)
    for name in scores._fields[:4]:
        values = getattr(scores, name)
        for index in np.ndindex(*values.shape):
            losses = []
            for sign in (1, -1):
                moved = values.clone()
                moved[index] += sign * step
                changed = scores._replace(**{name: moved})
                losses.append(negative_log_likelihood(changed, allowed, excluded)[0])
            slope = (losses[0] - losses[1]) / (2 * step)
            assert abs(slope - float(getattr(gradient, name)[index])) < 1e-6, (name, index)


@pytest.mark.parametrize("seed", range(10))
def test_loss_equals_brute_force_when_all_is_known(seed):
    scores = random_scores([3, 0, 1, 4], 3, seed)
    allowed = fixed(np.random.RandomState(seed).randint(0, 3, 8), 3)
    assert np.isclose(negative_log_likelihood(scores, allowed)[0], brute_force(scores, allowed))


@pytest.mark.parametrize("seed", range(10))
def test_loss_equals_brute_force_when_annotation_is_partial(seed):
    random = np.random.RandomState(seed)
    scores = random_scores([3, 0, 1, 4], 3, seed)
    allowed = random.rand(8, 3) < 0.5
    allowed[np.arange(8), random.randint(0, 3, 8)] = True
    assert np.isclose(negative_log_likelihood(scores, allowed)[0], brute_force(scores, allowed))


def test_gradient_equals_finite_differences():
    scores = random_scores([3, 2], 3, 0)
    gradcheck(scores, fixed([0, 1, 2, 2, 0], 3))
    partial = fixed([0, 1, 2, 2, 0], 3)
    partial[1] = True
    gradcheck(scores, partial)


def test_loss_and_gradient_agree_with_pytorch_crf():
    scores = random_scores([5, 5], 4, 8, dtype=torch.float32)
    other = PytorchCRF(4, batch_first=True)
    for name in ("start", "end"):
        getattr(other, f"{name}_transitions").data.copy_(getattr(scores, name))
    other.transitions.data.copy_(scores.transitions)
    tags = torch.tensor([[0, 1, 2, 3, 0], [3, 3, 1, 0, 2]])
    emissions = scores.emissions.view(2, 5, 4).clone().requires_grad_()
    theirs = -other(emissions, tags, reduction="mean")
    theirs.backward()
    ours, gradient = negative_log_likelihood(scores, fixed(tags.flatten().numpy(), 4))
    assert np.isclose(ours, theirs.item(), rtol=1e-5)
    assert torch.allclose(gradient.emissions, emissions.grad.flatten(0, 1), atol=1e-6)
    assert torch.allclose(gradient.transitions, other.transitions.grad, atol=1e-6)
    assert torch.allclose(gradient.start, other.start_transitions.grad, atol=1e-6)
    assert torch.allclose(gradient.end, other.end_transitions.grad, atol=1e-6)


def test_sequences_that_allow_everything_change_nothing():
    scores = random_scores([3, 2], 3, 1)
    allowed = fixed([0, 1, 2, 0, 0], 3)
    allowed[3:] = True
    loss, gradient = negative_log_likelihood(scores, allowed)
    first = next(sequences_of(scores))
    alone, its_gradient = negative_log_likelihood(first, allowed[:3])
    assert np.isclose(loss, alone)
    assert torch.allclose(gradient.transitions, its_gradient.transitions)
    assert torch.allclose(gradient.emissions[3:], torch.zeros(2, 3, dtype=torch.float64))


def test_excluded_paths_are_pushed_out():
    scores = random_scores([3, 2], 3, 1)
    anything = np.ones((5, 3), dtype=bool)
    wrong = fixed([1, 2], 3)
    loss, _ = negative_log_likelihood(scores, anything, [Excluded(1, wrong)])
    one = list(sequences_of(scores))[1]
    chances = {path: score for path, score in paths_of(one)}
    total = np.logaddexp.reduce(list(chances.values()))
    assert np.isclose(loss, -np.log1p(-np.exp(chances[1, 2] - total)))
    gradcheck(scores, anything, [Excluded(1, wrong), Excluded(0, fixed([0, 0, 2], 3))])
    partial = anything.copy()
    partial[0, 1:] = False
    gradcheck(scores, partial, [Excluded(1, wrong)])


def test_an_impossible_annotation_is_named():
    scores = random_scores([2, 2], 2, 1).constrain_paths(
        np.array([True, False]), np.ones((2, 2), bool), np.ones(2, bool)
    )
    with pytest.raises(ValueError, match=r"sequences \[1\]"):
        negative_log_likelihood(scores, fixed([0, 1, 1, 0], 2))
