"""A decoder over lists of vectors: `Model[List[Floats2d], Decodable]`, its loss and its search."""

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
from ..nn.losses import LossSettings, teacher_forced_losses
from ..nn.next_word import prepare
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


def Seq2SeqHead(settings: DecoderSettings, dropout: float) -> Model[List[Floats2d], Decodable]:
    """A head that lists of vectors are decoded with. Its dimension nO is the number of words."""
    return torch_model(
        "seq2seq",
        forward,
        partial(Decoder, settings),
        init=init,
        dims={"nI": None, "nO": None},
        attrs={"dropout_rate": dropout},
    )


def init(model: Model, X: Optional[List[Floats2d]] = None, Y: None = None) -> Model:
    if X:
        model.set_dim("nI", X[0].shape[1])
    build_module(model, vocabulary=model.get_dim("nO"), memory_width=model.get_dim("nI"))
    return model


def forward(
    model: Model, Xs: List[Floats2d], is_train: bool
) -> Tuple[Decodable, Callable[[List[Floats2d]], List[Floats2d]]]:
    """RETURNS: sources of (T_i, nI) with their decoder; the gradient that `teach` returns goes back
    as it is."""
    decoder = module_of(model)
    dropout = dropout_rate(model, is_train)
    if not Xs:
        Xs = [model.ops.alloc2f(0, model.get_dim("nI"))]
    return Decodable(
        to_ragged(model, Xs, requires_grad=is_train), decoder, dropout
    ), lambda dXs: dXs


def teach(
    model: Model,
    decodable: Decodable,
    source_ids: Sequence[Sequence[int]],
    targets: Sequence[Sequence[int]],
    settings: LossSettings,
    share: float = 1.0,
) -> Tuple[float, List[Floats2d]]:
    """Teacher forcing: leaves the gradient of the mean loss per word in the decoder's weights.

    model: what made the decodable, or a model around it.
    source_ids: of each source's rows. targets: ids with `END`, none where there is no target.
    share: what the gradient is multiplied with.
    RETURNS: the loss summed over words, and the gradient of the sources.
    """
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
    decodable: Decodable, source_ids: Sequence[Sequence[int]], settings: SearchSettings
) -> List[List[Hypothesis]]:
    """The best targets of each source, best first; none for an empty source.

    source_ids: of each source's rows.
    """
    found: List[List[Hypothesis]] = [[] for _ in source_ids]
    lengths = decodable.sources.lengths
    with torch.no_grad():
        for rows in similar_lengths(lengths, ROWS, CELLS):
            sources, ids = _chosen(decodable, source_ids, rows)
            extended = max(decodable.decoder.vocabulary, 1 + int(ids.max()))
            most = len(rows) * settings.beam.width
            ids, device_lengths = (part.to(_device(decodable)) for part in (ids, sources.lengths))
            start = prepare(decodable.decoder, sources, ids, extended, most)
            made = search(*start, device_lengths, settings)
            for row, hypotheses in zip(rows.tolist(), made):
                found[row] = hypotheses
    return found


class Provenance(NamedTuple):
    """Where the words of one target come from.

    copied: of each word's probability, the share that copying has. rows: the source token that
    most of it comes from, -1 where the source lacks the word. attention: (words, source tokens).
    """

    copied: List[float]
    rows: List[int]
    attention: np.ndarray


def trace(
    decodable: Decodable, source_ids: Sequence[Sequence[int]], targets: Sequence[Hypothesis]
) -> List[Provenance]:
    """Look up where each word of finished targets was copied from. One target per source."""
    found = [Provenance([], [], np.zeros((0, 0), dtype="float32")) for _ in targets]
    lengths = decodable.sources.lengths
    written = torch.tensor([len(target.words) for target in targets], dtype=torch.long)
    with torch.no_grad():
        for rows in similar_lengths(lengths * (written > 0), ROWS, CELLS):
            sources, ids = _chosen(decodable, source_ids, rows)
            chosen = [targets[i] for i in rows]
            made = _trace(decodable.decoder, sources, ids.to(_device(decodable)), chosen)
            for row, provenance in zip(rows.tolist(), made):
                found[row] = provenance
    return found


def _trace(
    decoder: Decoder, sources: Ragged, source_ids: Tensor, targets: Sequence[Hypothesis]
) -> List[Provenance]:
    device = source_ids.device
    words = Ragged.from_list([torch.tensor(t.words, device=device) for t in targets])
    log_probs = Ragged.from_list([torch.tensor(t.log_probs[:-1], device=device) for t in targets])
    padded, mask = words.padded()
    if can_compile(decoder, sources.data):
        trace = CompiledDecoder(decoder, sources, source_ids).unroll(padded)
    else:
        trace = decoder.unroll(decoder.remember(sources, source_ids), padded)
    padded_ids, _ = Ragged(source_ids, sources.lengths).padded(-1)
    same = padded_ids.unsqueeze(1) == padded.unsqueeze(2)
    weights, rows = (trace.attention * same).max(dim=2)
    mass = (trace.attention * same).sum(dim=2)[mask]
    share = decoder.choose(trace.readout[mask]).copy.exp() * mass / log_probs.data.exp()
    if not decoder.settings.copy:
        share = torch.zeros_like(share)
    rows = rows.masked_fill(weights == 0.0, -1)[mask]
    shares = words.with_data(share.clamp_max(1.0).cpu()).to_list()
    places = words.with_data(rows.cpu()).to_list()
    looks = trace.attention.cpu().numpy()
    return [
        Provenance(share.tolist(), place.tolist(), look[: len(place), :size])
        for share, place, look, size in zip(shares, places, looks, sources.lengths.tolist())
    ]


def _chosen(
    decodable: Decodable, source_ids: Sequence[Sequence[int]], rows: Tensor
) -> Tuple[Ragged, Tensor]:
    """RETURNS: some of the sources, and the ids of their rows, still on the CPU."""
    everything = decodable.sources.to_list()
    ids = [torch.tensor(source_ids[i]) for i in rows]
    return Ragged.from_list([everything[i] for i in rows]), torch.cat(ids)


def _device(decodable: Decodable) -> torch.device:
    return decodable.sources.data.device
