"""Words read character by character."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .embedding import GrowingEmbedding
from .ragged import Ragged
from .recurrent import RecurrentEncoder
from .stack import Cell

SCALE_OF_CHARACTERS = 0.3


class CharacterCNN(nn.Module):
    """Filters over windows of characters, the strongest answer of each (Ma & Hovy 2016).

    width: number of filters. char_width: length of a character's vector.
    window_size: characters on either side of the middle one.
    """

    def __init__(self, width: int, char_width: int, window_size: int, blocks: int = 1) -> None:
        super().__init__()
        self.window_size = window_size
        self.table = GrowingEmbedding(char_width, SCALE_OF_CHARACTERS, blocks)
        self.filters = nn.Linear(char_width * (2 * window_size + 1), width)

    def forward(self, words: Ragged) -> Tensor:
        """Character rows (sum(lengths),) int64 of non-empty words. RETURNS: (words, width)."""
        characters = words.with_data(self.table(words.data))
        answers = self.filters(characters.windows(self.window_size))
        lengths = words.lengths.to(answers.device)
        # unsafe: to check the lengths, the host would wait for the device.
        return torch.segment_reduce(answers, "max", lengths=lengths, unsafe=True)


class CharacterLSTM(nn.Module):
    """The last states of a bidirectional LSTM over a word (Lample et al. 2016).

    width: of the output, half of it from each direction. char_width: of a character's vector.
    """

    def __init__(self, width: int, char_width: int, blocks: int = 1) -> None:
        super().__init__()
        self.table = GrowingEmbedding(char_width, SCALE_OF_CHARACTERS, blocks)
        self.encoder = RecurrentEncoder(char_width, width, width, cell=Cell("lstm"))

    def forward(self, words: Ragged) -> Tensor:
        """Character rows (sum(lengths),) int64 of non-empty words. RETURNS: (words, width)."""
        states = self.encoder(words.with_data(self.table(words.data))).data
        first = words.starts.to(states.device)
        last = first + words.lengths.to(states.device) - 1
        ahead, behind = states.chunk(2, dim=1)
        return torch.cat([ahead[last], behind[first]], dim=1)
