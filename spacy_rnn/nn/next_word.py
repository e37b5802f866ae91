"""The distribution of the next word, at every step of a search."""

from __future__ import annotations

from typing import NamedTuple, Tuple

import torch
from torch import Tensor

from ..symbols import UNKNOWN
from .decoder import Decoder, Memory, State
from .pointer import copying, mix_copies_in

# Scores made at once: beyond this they leave the processor's cache before they are summed.
CELLS = 1 << 18
# The number of columns is a multiple of this: the best of so many words are looked for in blocks.
BLOCK = 64


class SearchedMemory(NamedTuple):
    """A `Memory` with the `Copying` of its sources."""

    values: Tensor
    keys: Tensor
    closed: Tensor
    source_ids: Tensor
    first: Tensor
    columns: Tensor


def prepare(memory: Memory) -> SearchedMemory:
    """What a search looks at, from what a decoder remembers."""
    return SearchedMemory(*memory, *copying(memory.source_ids))


class NextWord:
    """Reads a word and writes the distribution of the next; the step of a search.

    All steps write into the same memory: new memory would take longer to get than to fill.

    extended: the most words that any document has, the vocabulary's included.
    hypotheses: the most that will be asked about at a time, over all documents.
    """

    def __init__(self, decoder: Decoder, extended: int, hypotheses: int) -> None:
        self.decoder = decoder
        weight = decoder.output.weight.detach()
        columns = -(-extended // BLOCK) * BLOCK
        self._scores = weight.new_empty(hypotheses, columns)
        self._weight = weight
        self._bias = decoder.output.bias.detach().clone()
        self._bias[UNKNOWN] = -torch.inf

    @torch.no_grad()
    def __call__(
        self, memory: SearchedMemory, state: State, tokens: Tensor
    ) -> Tuple[State, Tensor]:
        """tokens: (B, K) the previous words, `END` at the start.

        RETURNS: state, log-probabilities (B, K, W), valid until the next call; -inf for words that
        there are not.
        """
        decoder = self.decoder
        state, attention = decoder.advance(memory, state, decoder.read(tokens))
        readout = state.readout.flatten(0, 1)
        scores = self._scores[: len(readout)]
        normalizer = self._generate(readout, scores)
        log_probs = scores.view(*tokens.shape, -1)
        if decoder.settings.copy:
            chosen = decoder.choose(state.readout)
            scores.add_(chosen.generate.view(-1, 1) - normalizer)
            mix_copies_in(log_probs, attention, chosen.copy, memory.first, memory.columns)
        else:
            scores.sub_(normalizer)
        return state, log_probs

    def _generate(self, readout: Tensor, scores: Tensor) -> Tensor:
        """Write the scores (N, W) of all words. RETURNS: (N, 1) the log of the sum over them."""
        words = len(self._weight)
        width = max(CELLS // len(readout), BLOCK) if readout.device.type == "cpu" else words
        sums = []
        for begin in range(0, words, width):
            part = slice(begin, min(begin + width, words))
            made = scores[:, part]
            torch.mm(readout, self._weight[part].T, out=made)
            made += self._bias[part]
            sums.append(torch.logsumexp(made, dim=1))
        scores[:, words:] = -torch.inf
        return torch.logsumexp(torch.stack(sums, dim=1), dim=1, keepdim=True)
