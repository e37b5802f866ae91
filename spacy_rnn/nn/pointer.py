"""The pointer-generator mixture: a word is generated from the vocabulary or copied from the source.

Copied words may lie outside the vocabulary: ids from V on belong to the words of one document
(See et al. 2017). Everything stays in log space.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from ..symbols import UNKNOWN

# The smallest copy probability whose log is taken: words that the source lacks have less.
TINY = 1e-30


class Choice(NamedTuple):
    """Log-probabilities of the two ways to make a word. Both: (...), together one."""

    generate: Tensor
    copy: Tensor


def choice(gate: Tensor) -> Choice:
    """gate: (...) the logit of generating."""
    return Choice(F.logsigmoid(gate), F.logsigmoid(-gate))


def copied_mass(attention: Tensor, source_ids: Tensor, targets: Tensor) -> Tensor:
    """How much attention lies on the rows that hold each target.

    attention: (B, T, S). source_ids: (B, S), negative for padding. targets: (B, T).
    RETURNS: (B, T).
    """
    same = source_ids.unsqueeze(1) == targets.unsqueeze(2)
    return (attention * same).sum(dim=2)


def mixed_log_probs(generated: Tensor, copied: Tensor, chosen: Choice) -> Tensor:
    """The log-probability of single words, made in either way. All: (N,).

    generated: log-probability under the vocabulary, -inf for a word outside of it.
    copied: the mass of attention on the word.
    """
    # clamp: the gradient of log(0) would be 0 * inf.
    copied = chosen.copy + copied.clamp_min(TINY).log()
    return torch.logaddexp(chosen.generate + generated, copied)


def first_places(source_ids: Tensor) -> Tensor:
    """The first row that holds the same word as each row. (B, S) -> (B, S)."""
    words, order = source_ids.sort(dim=1, stable=True)
    ranks = torch.arange(words.shape[1], device=words.device)
    fresh = F.pad(words[:, 1:] != words[:, :-1], (1, 0))
    # The rank at which each word's run begins: rows are in order within a run.
    begin = (ranks * fresh).cummax(dim=1).values
    return torch.empty_like(order).scatter_(1, order, order.gather(1, begin))


def mixture(
    generated: Tensor,
    attention: Tensor,
    chosen: Choice,
    source_ids: Tensor,
    first: Tensor,
    extended: int,
) -> Tensor:
    """The log-probability of every word, those of the documents included.

    generated: (B, K, V) log-probabilities; column `UNKNOWN` is -inf.
    attention: (B, K, S). chosen: (B, K) each. source_ids: (B, S), negative for padding.
    first: (B, S), see `first_places`.
    extended: number of columns of the result: V and the most words any document adds.
    RETURNS: (B, K, extended).
    """
    from_vocabulary = generated + chosen.generate.unsqueeze(2)
    beyond = extended - generated.shape[2]
    result = F.pad(from_vocabulary, (0, beyond), value=-torch.inf)
    places = first.unsqueeze(1).expand_as(attention)
    mass = torch.zeros_like(attention).scatter_add_(2, places, attention)
    copied = mass.log() + chosen.copy.unsqueeze(2)
    # Each word is written once, from its first row; the other rows write -inf where -inf stands.
    rows = torch.arange(source_ids.shape[1], device=first.device)
    once = (first == rows) & (source_ids >= 0) & (source_ids != UNKNOWN)
    columns = source_ids.masked_fill(~once, UNKNOWN).unsqueeze(1).expand_as(attention)
    copied = copied.masked_fill(~once.unsqueeze(1), -torch.inf)
    return result.scatter_(2, columns, torch.logaddexp(result.gather(2, columns), copied))
