"""A decoder over lists of vectors, `Model[List[Floats2d], List[Decodable]]`: loss and search."""

from __future__ import annotations

from functools import partial
from typing import Callable, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np
import torch
from thinc.api import Model
from thinc.types import Floats2d
from torch import Tensor

from ..decoding.ranking import Hypothesis
from ..decoding.search import SearchSettings, search
from ..nn.compiled_decoder import CompiledDecoder, can_compile
from ..nn.decoder import Decoder, DecoderSettings
from ..nn.joint_words import jointly
from ..nn.losses import LossSettings, teacher_forced_losses
from ..nn.next_word import Start, prepare
from ..nn.ragged import Ragged, similar_lengths
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
# Sources decoded side by side, and padded source rows: beyond this their memory leaves the cache.
ROWS = 64
CELLS = 16384
# Sources learned side by side. Longer products, and one gradient of the vocabulary for all of
# them, are worth more than the cache.
TAUGHT = 256


class Decodable(NamedTuple):
    """Encoded sources and what writes about them.

    sources: (sum(lengths), width), a leaf of the gradient. dropout: 0 outside of training.
    """

    sources: Ragged
    decoder: Decoder
    dropout: float


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
        chosen, ids = _chosen(decodable, source_ids, rows)
        memory = decodable.decoder.remember(chosen, ids.to(_device(decodable)))
        target = Ragged.from_list(
            [torch.tensor(targets[i], device=_device(decodable)) for i in rows]
        )
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
        sources, ids = _chosen(each, source_ids, rows)
        extended = max(each.decoder.vocabulary, 1 + int(ids.max()))
        ids, lengths = (part.to(_device(each)) for part in (ids, sources.lengths))
        starts.append(prepare(each.decoder, sources, ids, extended, len(rows) * beams))
    return jointly(starts), lengths


class Provenance(NamedTuple):
    """Where the words of one target come from, on the mean of those that wrote it.

    copied: of each word's probability, the share that copying has. rows: the source token that
    most of it comes from, -1 where the source lacks the word. attention: (words, source tokens).
    """

    copied: List[float]
    rows: List[int]
    attention: np.ndarray


def trace(
    decodables: Sequence[Decodable],
    source_ids: Sequence[Sequence[int]],
    targets: Sequence[Hypothesis],
) -> List[Provenance]:
    """Look up where each word of finished targets was copied from. One target per source."""
    found = [Provenance([], [], np.zeros((0, 0), dtype="float32")) for _ in targets]
    lengths = decodables[0].sources.lengths
    written = torch.tensor([len(target.words) for target in targets], dtype=torch.long)
    with torch.no_grad():
        for rows in similar_lengths(lengths * (written > 0), ROWS, CELLS):
            made = _trace(decodables, source_ids, [targets[i] for i in rows], rows)
            for row, provenance in zip(rows.tolist(), made):
                found[row] = provenance
    return found


def _trace(
    decodables: Sequence[Decodable],
    source_ids: Sequence[Sequence[int]],
    targets: Sequence[Hypothesis],
    rows: Tensor,
) -> List[Provenance]:
    device = _device(decodables[0])
    words = Ragged.from_list([torch.tensor(t.words, device=device) for t in targets])
    log_probs = Ragged.from_list([torch.tensor(t.log_probs[:-1], device=device) for t in targets])
    padded, mask = words.padded()
    ids = Ragged.from_list([torch.tensor(source_ids[i], device=device) for i in rows])
    same = ids.padded(-1)[0].unsqueeze(1) == padded.unsqueeze(2)
    looks = [_look(each, source_ids, rows, padded, same) for each in decodables]
    attention, copied = (torch.stack(parts).mean(dim=0) for parts in zip(*looks))
    weights, places = (attention * same).max(dim=2)
    shares = copied[mask] / log_probs.data.exp()
    shares = words.with_data(shares.clamp_max(1.0).cpu()).to_list()
    places = words.with_data(places.masked_fill(weights == 0.0, -1)[mask].cpu()).to_list()
    looks = attention.cpu().numpy()
    return [
        Provenance(share.tolist(), place.tolist(), look[: len(place), :size])
        for share, place, look, size in zip(shares, places, looks, ids.lengths.tolist())
    ]


def _look(
    decodable: Decodable,
    source_ids: Sequence[Sequence[int]],
    rows: Tensor,
    words: Tensor,
    same: Tensor,
) -> Tuple[Tensor, Tensor]:
    """What one decoder looks at while it writes words (B, T).

    same: (B, T, S) which tokens of the source are the word.
    RETURNS: its attention (B, T, S), and the probability that it copies each word (B, T).
    """
    decoder = decodable.decoder
    sources, ids = _chosen(decodable, source_ids, rows)
    ids = ids.to(_device(decodable))
    if can_compile(decoder, sources.data):
        trace = CompiledDecoder(decoder, sources, ids).unroll(words)
    else:
        trace = decoder.unroll(decoder.remember(sources, ids), words)
    copied = decoder.choose(trace.readout).copy.exp() * (trace.attention * same).sum(dim=2)
    return trace.attention, copied if decoder.settings.copy else torch.zeros_like(copied)


def _chosen(
    decodable: Decodable, source_ids: Sequence[Sequence[int]], rows: Tensor
) -> Tuple[Ragged, Tensor]:
    """RETURNS: some of the sources, and the ids of their rows, still on the CPU."""
    everything = decodable.sources.to_list()
    ids = [torch.tensor(source_ids[i]) for i in rows]
    return Ragged.from_list([everything[i] for i in rows]), torch.cat(ids)


def _device(decodable: Decodable) -> torch.device:
    return decodable.sources.data.device
