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


class Copying(NamedTuple):
    """Where each row of a source adds its attention to, and what then goes into which column.

    first: (B, S) the first row with the same word. columns: (B, S) the word of each row that is
    the first with it, `UNKNOWN` for all others and at padding.
    """

    first: Tensor
    columns: Tensor


def copying(source_ids: Tensor) -> Copying:
    """source_ids: (B, S), negative for padding."""
    first = first_places(source_ids)
    rows = torch.arange(source_ids.shape[1], device=first.device)
    columns = source_ids.masked_fill((first != rows) | (source_ids < 0), UNKNOWN)
    return Copying(first, columns)


def mix_copies_in(
    log_probs: Tensor, attention: Tensor, copy: Tensor, first: Tensor, columns: Tensor
) -> None:
    """From the log-probability of generating each word to that of making it either way, in place.

    log_probs: (B, K, W), for all words that a document may use, -inf for those that the vocabulary
        lacks. Of `UNKNOWN` it is left at -inf.
    attention: (B, K, S). copy: (B, K) the log-probability of copying.
    first, columns: of a `Copying`.
    """
    places = first.unsqueeze(1).expand_as(attention)
    mass = torch.zeros_like(attention).scatter_add_(2, places, attention)
    copied = mass.log_().add_(copy.unsqueeze(2))
    columns = columns.unsqueeze(1).expand_as(attention)
    either = torch.logaddexp(log_probs.gather(2, columns), copied)
    log_probs.scatter_(2, columns, either)
    log_probs[..., UNKNOWN] = -torch.inf
