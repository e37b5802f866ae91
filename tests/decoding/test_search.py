"""Search over a tiny table of probabilities, against enumeration of all targets."""

import itertools
from typing import NamedTuple

import pytest
import torch

from spacy_rnn.decoding.beam import Beam, beam_search
from spacy_rnn.decoding.constraints import Beginning, Forbidden, MinLength, NoRepeat
from spacy_rnn.decoding.greedy import greedy_search
from spacy_rnn.decoding.ranking import Ranking
from spacy_rnn.symbols import END

WORDS = 4


class Table(NamedTuple):
    """next_word: (B, WORDS, WORDS) log-probabilities of a word after each other."""

    next_word: torch.Tensor


class Position(NamedTuple):
    """total: (B, K, 1), so that a wrong reordering shows. coverage: (B, K, 2)."""

    total: torch.Tensor
    coverage: torch.Tensor


def table(documents, seed):
    generator = torch.Generator().manual_seed(seed)
    scores = torch.randn(documents, WORDS, WORDS, generator=generator, dtype=torch.double)
    return Table(torch.log_softmax(2 * scores, dim=2))


def start(memory):
    count = len(memory.next_word)
    zeros = torch.zeros(count, 1, 1, dtype=torch.double)
    return Position(zeros, torch.zeros(count, 1, 2, dtype=torch.double))


def step(memory, state, tokens):
    """The distribution also depends on the sum of the words so far, which the state carries."""
    rows = torch.arange(len(tokens)).unsqueeze(1)
    total = state.total + tokens.unsqueeze(2)
    scores = memory.next_word[rows, tokens] * (1.0 + 0.1 * total)
    read = torch.stack((tokens == 2, tokens == 3), dim=2) * 0.5
    return Position(total, state.coverage + read), torch.log_softmax(scores, dim=2)


def score_of(memory, words, ranking):
    state, previous, log_probs = start(memory), END, []
    for word in [*words, END]:
        state, scores = step(memory, state, torch.tensor([[previous]]))
        log_probs.append(float(scores[0, 0, word]))
        previous = word
    total = torch.tensor([sum(log_probs)], dtype=torch.double)
    unread = ranking.unread(state.coverage)[0]
    return float(ranking.scores(total, len(words) + 1, unread)), log_probs


def enumerate_best(memory, longest, ranking, count):
    targets = itertools.chain.from_iterable(
        itertools.product(range(1, WORDS), repeat=n) for n in range(longest + 1)
    )
    scored = [(score_of(memory, words, ranking)[0], list(words)) for words in targets]
    return sorted(scored, reverse=True)[:count]


RANKINGS = [
    Ranking(0.0),
    Ranking(1.0),
    Ranking(0.6, "gnmt"),
    Ranking(1.0, "average", coverage=0.2),
]


@pytest.mark.parametrize("ranking", RANKINGS)
@pytest.mark.parametrize("seed", range(5))
def test_wide_beam_finds_what_enumeration_finds(seed, ranking):
    memory = table(1, seed)
    beam = Beam(width=130, n_best=3, early_finish=False)
    found = beam_search(step, memory, start(memory), torch.tensor([4]), beam, (), ranking)[0]
    expected = enumerate_best(memory, 4, ranking, 3)
    assert [h.words for h in found] == [words for _, words in expected]
    for hypothesis, (score, words) in zip(found, expected):
        assert hypothesis.score == pytest.approx(score)
        assert hypothesis.log_probs == pytest.approx(score_of(memory, words, ranking)[1])


@pytest.mark.parametrize("early_finish", [True, False])
@pytest.mark.parametrize("width", [1, 2, 4])
def test_batched_search_finds_what_single_searches_find(width, early_finish):
    memory = table(9, 3)
    longest = torch.arange(1, 10)
    beam = Beam(width, width, early_finish)
    constraints = [NoRepeat(2)]
    together = beam_search(step, memory, start(memory), longest, beam, constraints)
    for i, found in enumerate(together):
        one = Table(memory.next_word[i : i + 1])
        alone = beam_search(step, one, start(one), longest[i : i + 1], beam, constraints)[0]
        assert [h.words for h in found] == [h.words for h in alone]
        assert [h.score for h in found] == pytest.approx([h.score for h in alone])


@pytest.mark.parametrize("ranking", RANKINGS)
def test_greedy_equals_beam_of_one(ranking):
    memory = table(20, 5)
    longest = torch.randint(1, 9, (20,))
    constraints = [MinLength(longest // 2), NoRepeat(3)]
    greedy = greedy_search(step, memory, start(memory), longest, constraints, ranking)
    beams = beam_search(step, memory, start(memory), longest, Beam(1), constraints, ranking)
    assert [h.words for h in greedy] == [found[0].words for found in beams]
    assert [h.score for h in greedy] == pytest.approx([found[0].score for found in beams])


def test_lengths_are_kept_for_each_document():
    memory = table(30, 7)
    longest = torch.arange(30) % 5 + 1
    minimum = longest // 2
    found = beam_search(
        step, memory, start(memory), longest, Beam(3, 3), [MinLength(minimum)], Ranking()
    )
    for i, hypotheses in enumerate(found):
        assert hypotheses
        assert all(minimum[i] <= len(h.words) <= longest[i] for h in hypotheses)


def test_no_ngram_stands_twice():
    memory = table(30, 11)
    longest = torch.full((30,), 12)
    constraints = [MinLength(torch.full((30,), 8)), NoRepeat(2)]
    for hypotheses in beam_search(step, memory, start(memory), longest, Beam(4), constraints):
        words = hypotheses[0].words
        pairs = list(zip(words, words[1:]))
        assert len(words) >= 6 and len(pairs) == len(set(pairs))


def test_forbidden_words_never_stand_and_forced_ones_do():
    memory = table(10, 13)
    constraints = [Forbidden(torch.tensor([2])), Beginning([3, 1])]
    longest = torch.full((10,), 6)
    for found in (
        [h[0] for h in beam_search(step, memory, start(memory), longest, Beam(3), constraints)],
        greedy_search(step, memory, start(memory), longest, constraints),
    ):
        assert all(h.words[:2] == [3, 1] and 2 not in h.words for h in found)


def test_a_target_ends_when_nothing_is_left_to_write():
    memory = table(3, 17)
    constraints = [MinLength(torch.full((3,), 50)), NoRepeat(1), Forbidden(torch.tensor([1]))]
    longest = torch.full((3,), 60)
    found = beam_search(step, memory, start(memory), longest, Beam(2), constraints)
    assert all(sorted(h[0].words) == [2, 3] for h in found)
    greedy = greedy_search(step, memory, start(memory), longest, constraints)
    assert all(sorted(h.words) == [2, 3] for h in greedy)


@pytest.mark.parametrize("width", [1, 4])
def test_no_documents_give_no_targets(width):
    memory = table(0, 0)
    longest = torch.zeros(0, dtype=torch.long)
    assert beam_search(step, memory, start(memory), longest, Beam(width)) == []
    assert greedy_search(step, memory, start(memory), longest) == []


def test_scores_that_are_not_finite_end_the_search_with_nothing():
    memory = Table(torch.full((2, WORDS, WORDS), torch.nan, dtype=torch.double))
    longest = torch.tensor([3, 5])
    assert beam_search(step, memory, start(memory), longest, Beam(2)) == [[], []]
    assert [h.words for h in greedy_search(step, memory, start(memory), longest)] == [[], []]
