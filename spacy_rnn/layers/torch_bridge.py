"""The bridge between Thinc and torch: arrays, gradients, devices.

The only module that converts arrays; with `torch_shim`, the only one that touches shims. A layer is
made in four steps:

    model = torch_model("name", forward, partial(MyModule, width=96), init=init)
    init:     build_module(model, input_width=64)       # sizes known only at initialize
    forward:  sequences = to_ragged(model, Xs, is_train)
              encoded = call(model, sequences, is_train=is_train)
    backprop: send_back(encoded.data, to_tensor(model, dY)); sequences.data.grad
"""

from __future__ import annotations

from typing import Any, Callable, ContextManager, Dict, List, Optional, Sequence, Tuple

import numpy as np
import torch
from thinc.api import (
    Model,
    NumpyOps,
    get_current_ops,
    get_torch_default_device,
    torch2xp,
    xp2torch,
)
from thinc.shims import PyTorchShim
from thinc.types import Floats2d, FloatsXd, Ints1d
from torch import Tensor, nn

from ..nn.ragged import Ragged, Repeated
from .cut_arrays import join
from .repeated_rows import RepeatedRows
from .torch_shim import TorchShim


def torch_model(
    name: str,
    forward: Callable,
    build: Callable[..., nn.Module],
    *,
    init: Callable,
    mixed_precision: Optional[str] = None,
    **settings: Any,
) -> Model:
    """A Thinc model around one torch module.

    forward, init: as for `thinc.api.Model`. init must call `build_module`.
    build: makes the module; a module-level function, or a `functools.partial` of one.
    mixed_precision: "bf16" or "fp16" for modules that map one Ragged to one Ragged.
    settings: `dims`, `attrs`, `layers` or `refs` of `thinc.api.Model`.
    """
    shim = TorchShim(build, mixed_precision)
    return Model(name, forward, init=init, shims=[shim], **settings)


def build_module(model: Model, **sizes: int) -> nn.Module:
    """Give a model new weights. sizes: what its `build` needs beyond the config."""
    model.shims[0].initialize(**sizes)
    return model.shims[0].module


def module_of(model: Model) -> nn.Module:
    """The torch module inside. RAISES: NotInitializedError."""
    return model.shims[0].module


def note_sizes(model: Model, **sizes: int) -> None:
    """Store the sizes that `build` will need, after the module has grown in place."""
    model.shims[0].note_sizes(sizes)


def is_built(model: Model) -> bool:
    """Whether the model has weights."""
    return model.shims[0]._model is not None


def weight_keys(model: Model) -> Dict[str, Tuple[int, str]]:
    """The optimizer's key of every weight under the model, by place in walk order and name.

    Keys hold ids that count up in a process; these names are the same in every process.
    """
    keys = {}
    for i, node in enumerate(model.walk()):
        keys.update({f"{i}.{node.name}.{name}": (node.id, name) for name in node.param_names})
        for shim in node.shims:
            if isinstance(shim, (TorchShim, PyTorchShim)) and shim._model is not None:
                prefix = "torch." if isinstance(shim, TorchShim) else ""
                for name, _ in shim._model.named_parameters():
                    keys[f"{i}.{node.name}.torch.{name}"] = (shim.id, prefix + name)
    return keys


def weights_version(model: Model) -> Optional[Tuple[Tuple[int, int], ...]]:
    """What changes whenever weights anywhere in the model do, or a layer is exchanged.

    RETURNS: None if the model also holds weights of others, whose changes nobody counts.
    """
    nodes = list(model.walk())
    shims = [shim for node in nodes for shim in node.shims]
    if any(node.param_names for node in nodes):
        return None
    if not all(isinstance(shim, TorchShim) for shim in shims):
        return None
    return tuple((shim.id, shim.version) for shim in shims)


def call(model: Model, *inputs: Any, is_train: bool, **options: Any) -> Any:
    """Run the module; gradients are recorded only in training. RETURNS: what the module does."""
    return model.shims[0](inputs, is_train, options)


def in_precision(model: Model) -> ContextManager:
    """The time in which the module, called directly, computes in the model's mixed precision."""
    return model.shims[0].precision.active(model.shims[0].module)


def dropout_rate(model: Model, is_train: bool) -> float:
    """The rate of a layer's dropout: 0 outside of training. RAISES: ValueError if it is no rate."""
    rate = model.attrs["dropout_rate"] if is_train else 0.0
    if not 0.0 <= rate < 1.0:
        raise ValueError(f"dropout must be at least 0 and below 1, got {rate}")
    return rate


def send_back(outputs: Sequence[Tensor], gradients: Sequence[Tensor]) -> None:
    """Back-propagate: gradients end in the module's weights and in the leaves made here."""
    pairs = [(y, dy) for y, dy in zip(outputs, gradients) if y.requires_grad]
    if pairs:
        torch.autograd.backward([y for y, _ in pairs], [dy.to(y.dtype) for y, dy in pairs])


def to_tensor(array: FloatsXd, requires_grad: bool = False) -> Tensor:
    """An array as a tensor over the same memory."""
    if isinstance(array, np.ndarray) and isinstance(get_current_ops(), NumpyOps):
        # The same, without the way over DLPack, which takes longer than a small layer.
        return torch.from_numpy(array).requires_grad_(requires_grad)
    if not array.size:
        # CuPy keeps nothing at no address, and DLPack asks the driver about the address.
        nothing = torch.from_numpy(np.empty(array.shape, array.dtype))
        return nothing.to(get_torch_default_device()).requires_grad_(requires_grad)
    return xp2torch(array, requires_grad=requires_grad)


def to_array(tensor: Tensor) -> FloatsXd:
    """A tensor as a float32 array of the current device, over the same memory where it can be."""
    tensor = tensor.detach().float().contiguous()
    return torch2xp(tensor) if tensor.is_cuda else tensor.numpy()


def numpy_of(tensor: Tensor) -> np.ndarray:
    """A tensor as an array on the CPU, for plots and tables."""
    return tensor.detach().float().cpu().numpy()


def to_ragged(model: Model, sequences: Sequence[Floats2d], requires_grad: bool) -> Ragged:
    """A non-empty list of (T_i, width) arrays as one ragged batch, a leaf of the gradient."""
    if isinstance(sequences, RepeatedRows) and not requires_grad:
        lengths = torch.tensor(sequences.lengths, dtype=torch.long)
        return Repeated(to_tensor(sequences.rows), to_tensor(sequences.index), lengths)
    lengths = torch.tensor([len(sequence) for sequence in sequences], dtype=torch.long)
    return Ragged(to_tensor(join(model.ops, sequences), requires_grad), lengths)


def ragged_rows(model: Model, rows: Ints1d, lengths: Sequence[int]) -> Ragged:
    """Row numbers (sum(lengths),) int64 in any array as one ragged batch on the model's device."""
    data = to_tensor(model.ops.asarray(rows))
    return Ragged(data, torch.tensor(lengths, dtype=torch.long))


def to_list(rows: Tensor, lengths: Tensor) -> List[Floats2d]:
    """The rows (sum(lengths), width) of a ragged batch as a list of (T_i, width) arrays."""
    array, ends = to_array(rows), torch.cumsum(lengths, 0).tolist()
    return [array[start:end] for start, end in zip([0, *ends], ends)]


def sum_rows(rows: Floats2d, index: Ints1d, count: int) -> Floats2d:
    """Add up the rows (t, width) that have the same index, of `count`. RETURNS: (count, width).

    On a GPU torch can be told to add in the same order every time; CuPy cannot.
    """
    given = to_tensor(rows)
    sums = given.new_zeros(count, rows.shape[1])
    return to_array(sums.index_add_(0, to_tensor(index), given))


def gradient_of(leaf: Tensor) -> Tensor:
    """What arrived at a leaf: zeros where nothing did."""
    return torch.zeros_like(leaf) if leaf.grad is None else leaf.grad
