import numpy as np
import pytest
from thinc.api import Adam, Model, NumpyOps

from spacy_rnn.layers.crf import CRFHead, resize
from spacy_rnn.nn.crf_loss import negative_log_likelihood

OPS = NumpyOps()


def rows(*lengths, width=4):
    random = np.random.RandomState(0)
    return [random.randn(n, width).astype("float32") for n in lengths]


@pytest.fixture
def head() -> Model:
    model = CRFHead(3)
    model.initialize(X=rows(2))
    return model


def loss(head, Xs, tags):
    allowed = np.eye(3, dtype=bool)[tags]
    return negative_log_likelihood(head.predict(Xs), allowed)[0]


def test_gradients_of_inputs_are_those_of_the_loss(head):
    Xs, tags = rows(3, 0, 2), [0, 1, 2, 1, 1]
    scores, backprop = head.begin_update(Xs)
    gradient = negative_log_likelihood(scores, np.eye(3, dtype=bool)[tags])[1]
    d_Xs = backprop(gradient)
    assert [d.shape for d in d_Xs] == [(3, 4), (0, 4), (2, 4)]
    step = 1e-2
    for place in ((0, 1, 2), (2, 1, 0)):
        slope = 0.0
        for sign in (1, -1):
            moved = [X.copy() for X in Xs]
            moved[place[0]][place[1:]] += sign * step
            slope += sign * loss(head, moved, tags) / (2 * step)
        assert d_Xs[place[0]][place[1:]] == pytest.approx(slope, abs=1e-4)


def test_training_lowers_the_loss_through_every_score(head):
    optimizer = Adam(0.05)
    Xs, tags = rows(3, 2), [0, 1, 2, 1, 1]
    before = loss(head, Xs, tags)
    for _ in range(60):
        scores, backprop = head.begin_update(Xs)
        backprop(negative_log_likelihood(scores, np.eye(3, dtype=bool)[tags])[1])
        head.finish_update(optimizer)
    assert loss(head, Xs, tags) < 0.2 * before
    after = head.predict(Xs)
    assert all(abs(part).max() > 0.1 for part in (after.start, after.transitions, after.end))


def test_no_sequences_and_empty_ones_have_scores(head):
    assert head.predict([]).lengths.tolist() == []
    scores = head.predict([OPS.alloc2f(0, 4)] * 2)
    assert scores.lengths.tolist() == [0, 0] and scores.emissions.shape == (0, 3)


def test_more_tags_keep_what_was_learned_and_are_saved(head):
    Xs = rows(5)
    before = head.predict(Xs).emissions
    resize(head, 6)
    after = head.predict(Xs)
    assert after.emissions.shape == (5, 6)
    assert np.allclose(after.emissions[:, :3], before, atol=1e-6)
    loaded = CRFHead().from_bytes(head.to_bytes())
    assert np.array_equal(loaded.predict(Xs).emissions, after.emissions)


def test_scores_mean_the_same_in_training_and_prediction(head):
    Xs = rows(4)
    assert np.allclose(head.begin_update(Xs)[0].emissions.detach(), head.predict(Xs).emissions)
