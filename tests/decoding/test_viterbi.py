import pytest
import torch
from torchcrf import CRF as PytorchCRF

from spacy_rnn.decoding.viterbi import viterbi
from spacy_rnn.labels.tag_scheme import TagScheme
from tests.nn.crf_cases import paths_of, random_scores, sequences_of


@pytest.mark.parametrize("seed", range(20))
def test_the_best_of_all_paths_is_found(seed):
    scores = random_scores([3, 0, 1, 5, 2], 3, seed)
    expected = [paths_of(sequence)[0][0] for sequence in sequences_of(scores)]
    assert viterbi(scores).tolist() == [tag for path in expected for tag in path]


def test_paths_agree_with_pytorch_crf():
    scores = random_scores([40] * 8, 6, 3, dtype=torch.float32)
    other = PytorchCRF(6, batch_first=True)
    other.start_transitions.data.copy_(scores.start)
    other.end_transitions.data.copy_(scores.end)
    other.transitions.data.copy_(scores.transitions)
    theirs = other.decode(scores.emissions.view(8, 40, 6))
    assert viterbi(scores).tolist() == [tag for path in theirs for tag in path]


@pytest.mark.parametrize("name", ["biluo", "bio"])
def test_an_illegal_path_is_never_taken(name):
    scheme = TagScheme(name, ("A", "B"))
    legal = scheme.legal
    scores = random_scores([7] * 200, len(scheme.tags), 0, scale=10.0).constrain_paths(*legal)
    paths = viterbi(scores).view(200, 7).tolist()
    for path in paths:
        assert legal.start[path[0]] and legal.end[path[-1]]
        assert all(legal.transitions[i, j] for i, j in zip(path, path[1:]))
        assert scheme.encode(scheme.decode(path), 7).tolist() == path


def test_a_path_does_not_depend_on_its_neighbours():
    scores = random_scores([9, 0, 3, 60], 5, 6, dtype=torch.float32)
    alone = [viterbi(sequence) for sequence in sequences_of(scores)]
    assert torch.equal(viterbi(scores), torch.cat(alone))


def test_long_sequences_keep_the_exact_path():
    exact = random_scores([10_000], 9, 5)
    rough = exact._replace(**{k: getattr(exact, k).float() for k in exact._fields[:4]})
    assert torch.equal(viterbi(rough), viterbi(exact))


def test_nothing_but_empty_sequences():
    assert viterbi(random_scores([0, 0], 3, 1)).tolist() == []
