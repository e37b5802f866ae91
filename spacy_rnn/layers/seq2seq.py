"""A decoder over lists of vectors, `Model[List[Floats2d], List[Decodable]]`: loss and search."""

from __future__ import annotations

from functools import partial
from typing import Callable, List, Optional, Sequence, Tuple

import torch
from thinc.api import Model
from thinc.types import Floats2d
from torch import Tensor

from ..decoding.ranking import Hypothesis
from ..decoding.search import SearchSettings, search
from ..nn.decoder import Decoder, DecoderSettings
from ..nn.joint_words import jointly
from ..nn.losses import LossSettings, teacher_forced_losses
from ..nn.next_word import Start, prepare
from ..nn.ragged import Ragged, similar_lengths
from .decodable import CELLS, ROWS, Decodable
from .torch_bridge import (
    build_module,
    dropout_rate,
    gradient_of,
    module_of,
    to_list,
    to_ragged,
    torch_model,
)

NAME = "seq2seq"
# Sources learned side by side. Longer products, and one gradient of the vocabulary for all of
# them, are worth more than the cache.
TAUGHT = 256


def Seq2SeqHead(
    settings: DecoderSettings, dropout: float
) -> Model[List[Floats2d], List[Decodable]]:
    """A head that lists of vectors are decoded with. Its dimension nO is the number of words."""
    return torch_model(
        NAME,
        forward,
        partial(Decoder, settings),
        init=init,
        dims={"nI": None, "nO": None},
        attrs={"dropout_rate": dropout},
    )


def decoders(model: Model) -> List[Model]:
    """RETURNS: all heads that there are in a model."""
    return [node for node in model.walk() if node.name == NAME]


def init(model: Model, X: Optional[List[Floats2d]] = None, Y: None = None) -> Model:
    if X:
        model.set_dim("nI", X[0].shape[1])
    build_module(model, vocabulary=model.get_dim("nO"), memory_width=model.get_dim("nI"))
    return model


def forward(
    model: Model, Xs: List[Floats2d], is_train: bool
) -> Tuple[List[Decodable], Callable[[List[List[Floats2d]]], List[Floats2d]]]:
    """RETURNS: sources of (T_i, nI) with their decoder, alone in a list; what `teach` returns goes
    back as it is."""
    decoder = module_of(model)
    dropout = dropout_rate(model, is_train)
    if not Xs:
        Xs = [model.ops.alloc2f(0, model.get_dim("nI"))]
    sources = to_ragged(model, Xs, requires_grad=is_train)
    return [Decodable(sources, decoder, dropout)], lambda gradients: gradients[0]


def teach(
    decodables: Sequence[Decodable],
    source_ids: Sequence[Sequence[int]],
    targets: Sequence[Sequence[int]],
    settings: LossSettings,
    share: float = 1.0,
) -> Tuple[float, List[List[Floats2d]]]:
    """Teacher forcing: leaves the gradient of the mean loss per word in the weights of decoders.

    decodables: of the same sources. Each learns as if it were alone.
    source_ids: of each source's rows. targets: ids with `END`, none where there is no target.
    share: what the gradient is multiplied with.
    RETURNS: the loss summed over words, as a mean over decoders; the gradient of each one's
    sources.
    """
    taught = [_teach(each, source_ids, targets, settings, share) for each in decodables]
    losses, gradients = zip(*taught)
    return sum(losses) / len(losses), list(gradients)


def _teach(
    decodable: Decodable,
    source_ids: Sequence[Sequence[int]],
    targets: Sequence[Sequence[int]],
    settings: LossSettings,
    share: float,
) -> Tuple[float, List[Floats2d]]:
    sources = decodable.sources
    words = sum(len(target) for target, n in zip(targets, sources.lengths.tolist()) if n)
    taught = torch.tensor([len(target) > 0 for target in targets])
    total = 0.0
    for rows in similar_lengths(sources.lengths * taught, TAUGHT, CELLS):
        chosen, ids = decodable.choose(source_ids, rows)
        memory = decodable.decoder.remember(chosen, ids.to(decodable.device))
        target = Ragged.from_list([torch.tensor(targets[i], device=decodable.device) for i in rows])
        losses = teacher_forced_losses(
            decodable.decoder, memory, target, settings, decodable.dropout
        ).sum()
        (losses * (share / words)).backward()
        total += losses.item()
    return total, to_list(gradient_of(sources.data), sources.lengths)


def write(
    decodables: Sequence[Decodable],
    source_ids: Sequence[Sequence[int]],
    settings: SearchSettings,
) -> List[List[Hypothesis]]:
    """The best targets of each source, best first; none for an empty source.

    decodables: of the same sources and words; the mean of their probabilities counts.
    source_ids: of each source's rows.
    """
    found: List[List[Hypothesis]] = [[] for _ in source_ids]
    first = decodables[0]
    with torch.no_grad():
        for rows in similar_lengths(first.sources.lengths, ROWS, CELLS):
            start, lengths = _start(decodables, source_ids, rows, settings.beam.width)
            made = search(*start, lengths, settings)
            for row, hypotheses in zip(rows.tolist(), made):
                found[row] = hypotheses
    return found


def _start(
    decodables: Sequence[Decodable], source_ids: Sequence[Sequence[int]], rows: Tensor, beams: int
) -> Tuple[Start, Tensor]:
    """RETURNS: what the search about some of the sources begins with, and their lengths."""
    starts = []
    for each in decodables:
        sources, ids = each.choose(source_ids, rows)
        extended = max(each.decoder.vocabulary, 1 + int(ids.max()))
        ids, lengths = (part.to(each.device) for part in (ids, sources.lengths))
        starts.append(prepare(each.decoder, sources, ids, extended, len(rows) * beams))
    return jointly(starts), lengths
