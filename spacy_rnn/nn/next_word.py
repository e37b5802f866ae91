"""The distribution of the next word, at every step of a search."""

from __future__ import annotations

from typing import Callable, NamedTuple, Tuple

import torch
from torch import Tensor

from ..symbols import UNKNOWN
from .compiled_decoder import CompiledDecoder, Documents, can_compile
from .decoder import Decoder, State
from .pointer import copying, mix_copies_in
from .ragged import Ragged
from .vocabulary import parts

# The number of columns is a multiple of this: the best of so many words are looked for in blocks.
BLOCK = 64

# (memory, state, previous words (B, K), `END` at the start) -> the state, and log-probabilities
# (B, K, W) of the next words, valid until the next call; -inf for words that there are not.
Step = Callable[[NamedTuple, NamedTuple, Tensor], Tuple[NamedTuple, Tensor]]


class SearchedMemory(NamedTuple):
    """A `Memory` with the `Copying` of its sources."""

    values: Tensor
    keys: Tensor
    closed: Tensor
    source_ids: Tensor
    first: Tensor
    columns: Tensor


class Start(NamedTuple):
    """What a search begins with. memory: what the step is given, with a row for each document."""

    step: Step
    memory: NamedTuple
    state: State


def prepare(
    decoder: Decoder, sources: Ragged, source_ids: Tensor, extended: int, hypotheses: int
) -> Start:
    """What is needed to write about sources (none of them empty), without gradients.

    All steps write into the same memory: new memory would take longer to get than to fill.

    source_ids: as for `Decoder.remember`.
    extended: the most words that any document has, the vocabulary's included.
    hypotheses: the most that will be asked about at a time, over all documents.
    """
    scores = sources.data.new_empty(hypotheses, -(-extended // BLOCK) * BLOCK)
    if can_compile(decoder, sources.data):
        compiled = CompiledDecoder(decoder, sources, source_ids)
        step = CompiledNextWord(compiled, scores)
        return Start(step, compiled.documents(), compiled.start())
    memory = decoder.remember(sources, source_ids)
    searched = SearchedMemory(*memory, *copying(memory.source_ids))
    return Start(NextWord(decoder, scores), searched, decoder.start(memory))


class CompiledNextWord:
    """The step of a search in compiled code. scores: (N, W), room."""

    def __init__(self, decoder: CompiledDecoder, scores: Tensor) -> None:
        self._decoder = decoder
        self._scores = scores

    def __call__(self, memory: Documents, state: State, tokens: Tensor) -> Tuple[State, Tensor]:
        state, attention = self._decoder.advance(memory, state, tokens)
        scores = self._scores[: tokens.numel()]
        self._decoder.score(memory, state.readout, attention, scores)
        return state, scores.view(*tokens.shape, -1)


class NextWord:
    """The step of a search in torch. scores: (N, W), room."""

    def __init__(self, decoder: Decoder, scores: Tensor) -> None:
        self.decoder = decoder
        self._scores = scores
        self._weight = decoder.output.weight.detach()
        self._bias = decoder.output.bias.detach().clone()
        self._bias[UNKNOWN] = -torch.inf

    @torch.no_grad()
    def __call__(
        self, memory: SearchedMemory, state: State, tokens: Tensor
    ) -> Tuple[State, Tensor]:
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
        words, sums = len(self._weight), []
        for part in parts(readout, words):
            made = scores[:, part]
            torch.mm(readout, self._weight[part].T, out=made)
            made += self._bias[part]
            sums.append(torch.logsumexp(made, dim=1))
        scores[:, words:] = -torch.inf
        return torch.logsumexp(torch.stack(sums, dim=1), dim=1, keepdim=True)
