"""Weights as the kernels read them, above all a layer's, kept for as long as they are true."""

from __future__ import annotations

import threading
import weakref
from typing import Callable, List, NamedTuple, Sequence, Tuple, TypeVar, Union

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from . import library

Layer = Union[nn.LSTM, nn.GRU]


class Direction(NamedTuple):
    """One direction, with units of zeros added so that they fill vectors.

    inputs: (gates * units, input). recurrent: (gates * units, units). bias: (gates * units,).
    late: (units,) the bias that a GRU adds inside the product with its reset gate.
    """

    inputs: Tensor
    recurrent: Tensor
    bias: Tensor
    late: Tensor


class Packed(NamedTuple):
    """All directions, in the order in which the kernels read them.

    lanes: of the kernels that they are for. inputs: (directions, gates * units * input).
    recurrent: (directions, gates * units * units). bias: (directions, gates * units).
    late: (directions, units).
    """

    lanes: int

    inputs: Tensor
    recurrent: Tensor
    bias: Tensor
    late: Tensor

    def one_way(self, direction: int) -> "Packed":
        """RETURNS: one direction."""
        return Packed(self.lanes, *(part[direction : direction + 1] for part in self[1:]))


def kernel_of(layer: Layer) -> str:
    """RETURNS: "lstm" or "gru"."""
    return "lstm" if isinstance(layer, nn.LSTM) else "gru"


def gates_of(kernel: str) -> int:
    """RETURNS: the number of gates of "lstm" or "gru"."""
    return 4 if kernel == "lstm" else 3


def fill(part: Tensor, gates: int, columns: bool = False) -> Tensor:
    """Add units of zeros to each gate of (gates * units, ...), to the columns too if they are."""
    extra = -(len(part) // gates) % library.lanes()
    if not extra:
        return part.contiguous()
    by_gate = part.view(gates, -1, *part.shape[1:])
    behind = [0, extra if columns else 0] if part.dim() > 1 else []
    return F.pad(by_gate, [*behind, 0, extra]).flatten(0, 1)


def cut(part: Tensor, gates: int, units: int) -> Tensor:
    """Take the units that `fill` added away again, but not from the columns."""
    by_gate = part.view(gates, -1, *part.shape[1:])
    return part if by_gate.shape[1] == units else by_gate[:, :units].flatten(0, 1)


def direction(weights: Sequence[Tensor], kernel: str) -> Direction:
    """weights: torch's weight_ih, weight_hh, bias_ih and bias_hh of one direction."""
    gates = gates_of(kernel)
    inputs, recurrent = fill(weights[0], gates), fill(weights[1], gates, columns=True)
    bias, hidden_bias = fill(weights[2], gates), fill(weights[3], gates)
    early = hidden_bias.clone()
    late = hidden_bias[-recurrent.shape[1] :]
    if kernel == "gru":
        early[-recurrent.shape[1] :] = 0.0
    return Direction(inputs, recurrent, bias + early, late)


def flat_weights(layer: Layer) -> List[Tensor]:
    """RETURNS: four weights for each direction, as `direction` takes them."""
    # What torch itself hands to its functions: `all_weights` looks each of them up by name.
    return layer._flat_weights


class _Known(NamedTuple):
    state: Tuple
    # Held so that no other weights can come to lie at the same address.
    sources: List[Tensor]
    packed: NamedTuple


_known: "weakref.WeakKeyDictionary[nn.Module, _Known]" = weakref.WeakKeyDictionary()
_lock = threading.Lock()
P = TypeVar("P", bound=NamedTuple)


def kept(module: nn.Module, weights: List[Tensor], pack: Callable[[], P]) -> P:
    """RETURNS: what `pack` makes of a module's weights for the kernels in use, or for torch where
    there are none, made again only after a change.

    Changes are seen as autograd sees them: every operation of torch's in place counts. Whoever
    writes around torch, as an optimizer in numpy does, calls `forget`.
    """
    lanes = library.lanes_of_layers()
    state = (lanes, *((weight.data_ptr(), weight._version) for weight in weights))
    with _lock:
        known = _known.get(module)
    if known is None or known.state != state:
        known = _Known(state, [weight.detach() for weight in weights], pack())
        with _lock:
            _known[module] = known
    return known.packed


def packed(layer: Layer, kernel: str) -> Packed:
    """RETURNS: its weights, packed again only after a change: see `kept`."""
    flat = flat_weights(layer)
    return kept(layer, flat, lambda: _pack(flat, kernel, library.lanes_of_layers()))


def _pack(weights: List[Tensor], kernel: str, lanes: int) -> Packed:
    gates = gates_of(kernel)
    weights = [weight.detach() for weight in weights]
    sides = [direction(weights[i : i + 4], kernel) for i in range(0, len(weights), 4)]
    inputs, recurrent, bias, late = zip(*sides)
    return Packed(
        lanes,
        library.pack(inputs, gates, lanes),
        library.pack(recurrent, gates, lanes),
        torch.stack(bias),
        torch.stack(late),
    )


def forget(module: nn.Module) -> None:
    """Drop what is packed of a module's layers: their weights have changed."""
    with _lock:
        for layer in module.modules():
            _known.pop(layer, None)
