"""Random conditional random fields, and every one of their paths."""

import itertools

import torch

from spacy_rnn.nn.crf import CRFScores


def random_scores(lengths, tags, seed, dtype=torch.float64, scale=1.0):
    generator = torch.Generator().manual_seed(seed)

    def draw(*shape):
        return torch.randn(*shape, generator=generator, dtype=dtype) * scale

    return CRFScores(
        draw(sum(lengths), tags), draw(tags), draw(tags, tags), draw(tags), torch.tensor(lengths)
    )


def sequences_of(scores):
    """One CRFScores per sequence."""
    for emissions in scores.emissions.split(scores.lengths.tolist()):
        yield scores._replace(emissions=emissions, lengths=torch.tensor([len(emissions)]))


def paths_of(scores):
    """Every path of a single sequence with its score, best first."""
    total, tags = scores.emissions.shape
    paths = itertools.product(range(tags), repeat=total)
    return sorted(((path, path_score(scores, path)) for path in paths), key=lambda item: -item[1])


def path_score(scores, path):
    if not path:
        return 0.0
    score = scores.start[path[0]] + scores.end[path[-1]]
    score += sum(scores.emissions[i, tag] for i, tag in enumerate(path))
    return float(score + sum(scores.transitions[i, j] for i, j in zip(path, path[1:])))
