"""What is wrong with copying in OpenNMT-py 3.0.4, mended while it runs.

1. In training, its generator gets the attention of all steps with time first and everything else
   with the batch first: each word's gate scales another word's attention, in another sentence.
2. In search, once a sentence is finished, the copied words of the others are matched with the main
   vocabulary by the copy vocabulary of the sentence that stood in their place at the beginning.
3. A copied word that is not in the main vocabulary is looked up there nevertheless, by its number
   in the copy vocabulary. What writes the words here takes either: see `Summarizer`.
"""

from typing import Any, Dict, Tuple

import torch
from onmt.modules.copy_generator import CopyGenerator, collapse_copy_scores
from onmt.translate import translator
from onmt.utils.loss import LossCompute
from torch import Tensor


def mend() -> None:
    """For faults 1 and 2: put the functions below in the places of the toolkit's."""
    CopyGenerator.forward = generate
    LossCompute._compute_copy_loss = copy_loss
    translator.collapse_copy_scores = collapse


def generate(self: CopyGenerator, hidden: Tensor, attn: Tensor, src_map: Tensor) -> Tensor:
    """For fault 1: everything has the batch first, rows being the steps of one sentence.

    hidden: (batch * steps, width). attn: (batch * steps, source). src_map: (batch, source, words).
    RETURNS: (batch * steps, vocabulary + words), probabilities.
    """
    logits = self.linear(hidden)
    logits[:, self.pad_idx] = -float("inf")
    gate = torch.sigmoid(self.linear_copy(hidden))
    sentences, source, words = src_map.shape
    copied = torch.bmm((gate * attn).view(sentences, -1, source), src_map).view(-1, words)
    return torch.cat((torch.softmax(logits, 1) * (1 - gate), copied), 1)


def copy_loss(
    self: LossCompute,
    batch: Dict[str, Any],
    output: Tensor,
    target: Tensor,
    align: Tensor,
    attns: Dict[str, Tensor],
) -> Tuple[Tensor, Tensor]:
    """For fault 1: bring the attention, (steps, batch, source), into the order of the rest."""
    attention = attns["copy"].transpose(0, 1).contiguous()
    rows = (self._bottle(output), self._bottle(attention))
    scores = self.generator(*rows, batch["src_map"])
    return self.criterion(scores, align, target).sum(), scores


def collapse(
    scores: Tensor, batch: Dict[str, Any], tgt_vocab: Any, batch_dim: int, batch_offset: Any
) -> Tensor:
    """For fault 2: give each sentence that is left its own copy vocabulary."""
    own = [batch["src_ex_vocab"][i] for i in batch_offset.tolist()]
    return collapse_copy_scores(
        scores, {**batch, "src_ex_vocab": own}, tgt_vocab, batch_dim=batch_dim
    )
