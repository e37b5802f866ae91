"""What held-out texts decide: the shares of two models that vote."""

import numpy as np
import pytest
import spacy
from spacy.training import Example

from spacy_rnn.pipeline.textcat.calibration import best_share
from tests.pipeline.textcat.test_component import FACTORIES, ensemble, examples, trained


def joined(share, one, other):
    """Two columns of probabilities, averaged as logarithms and normalised."""
    powers = one**share * other ** (1.0 - share)
    return powers / powers.sum(axis=1, keepdims=True)


def test_the_share_is_the_one_at_which_the_truth_surprises_least():
    chances = np.random.default_rng(0).dirichlet([1.0, 1.0, 1.0], size=(2, 200))
    truths = np.eye(3)[[np.random.default_rng(i).choice(3, p=p) for i, p in enumerate(chances[0])]]
    known = np.ones_like(truths)
    found = best_share(lambda share: joined(share, *chances), truths, known, exclusive=True)
    grid = np.linspace(0.0, 1.0, 201)
    losses = [-np.log(joined(share, *chances)[truths == 1.0]).mean() for share in grid]
    assert found == pytest.approx(grid[np.argmin(losses)], abs=0.01)


def test_a_rare_label_has_the_same_say_in_the_vote_as_a_common_one():
    """One model knows the common label and the other one the rare one, equally well."""
    truths = np.zeros((100, 2))
    truths[::2, 0] = truths[:2, 1] = 1.0
    rates = truths.mean(axis=0)
    knows = np.where(truths == 1.0, 0.5 + rates / 2.0, rates / 2.0)
    ignores = np.broadcast_to(rates, truths.shape)
    first = np.stack([knows[:, 0], ignores[:, 1]], axis=1)
    second = np.stack([ignores[:, 0], knows[:, 1]], axis=1)

    def join(share):
        return share * first + (1.0 - share) * second

    def plain(share):
        return -np.log(np.where(truths == 1.0, join(share), 1.0 - join(share))).mean()

    found = best_share(join, truths, np.ones_like(truths), exclusive=False)
    assert 0.3 < found < min(np.linspace(0.0, 1.0, 101), key=plain) - 0.1


@pytest.mark.parametrize("factory,exclusive", FACTORIES)
def test_the_vote_goes_to_the_one_that_knows(factory, exclusive, tmp_path):
    nlp = trained(factory, ensemble(exclusive))
    pipe, gold = nlp.get_pipe("cats"), examples(nlp)
    before = nlp("red beats blue").cats["RED"]
    pipe.calibrate(gold)
    # Only the network reads order, which is all that tells these texts apart.
    assert pipe.model.attrs["share"] > 0.9
    assert nlp("red beats blue").cats["RED"] > before
    nlp.to_disk(tmp_path)
    assert spacy.load(tmp_path)("red beats blue").cats == nlp("red beats blue").cats


def test_texts_of_which_nothing_is_known_leave_the_vote_equal():
    nlp = trained("rnn_textcat", ensemble(), steps=1)
    pipe = nlp.get_pipe("cats")
    pipe.calibrate([Example.from_dict(nlp.make_doc("red beats blue"), {"cats": {}})])
    assert pipe.model.attrs["share"] == 0.5 and pipe.cfg["temperature"] == 1.0
