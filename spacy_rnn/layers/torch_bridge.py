"""The bridge between Thinc and torch: arrays, gradients, updates, averages, devices, weights.

The only module that touches shims or converts arrays. A layer is made in four steps:

    model = torch_model("name", forward, partial(MyModule, width=96), init=init)
    init:     build_module(model, input_width=64)       # sizes known only at initialize
    forward:  sequences = to_ragged(model, Xs, is_train)
              encoded = call(model, sequences, is_train=is_train)
    backprop: send_back(encoded.data, to_tensor(model, dY)); sequences.data.grad
"""

from __future__ import annotations

import contextlib
import copy
import os
from typing import (
    Any,
    Callable,
    Dict,
    Iterator,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
)

import numpy as np
import torch
from thinc.api import Model, Optimizer, get_torch_default_device, torch2xp, xp2torch
from thinc.shims import PyTorchShim, Shim
from thinc.types import Floats2d, FloatsXd, Ints1d
from torch import Tensor, nn

from ..errors import NonFiniteError, NotInitializedError
from ..nn.ragged import Ragged
from .weight_file import pack_weights, unpack_weights

# A forked child inherits torch's thread pool without its threads and would wait for them forever.
os.register_at_fork(after_in_child=lambda: torch.set_num_threads(1))


class LastStep(NamedTuple):
    """An update of one module. grad_norm: (), before clipping; on the module's device."""

    grad_norm: Tensor
    learn_rate: Optional[float]


class TorchShim(Shim):
    """One torch module inside a Thinc model.

    build: makes the module, given by name the sizes that only initialization knows.
    mixed_precision: compute in bfloat16 where torch allows it. On a GPU only.
    version: counts changes of the weights, so that whatever was computed from them can be dropped.
    last_step: what is known about the last update, for those who watch.
    """

    def __init__(self, build: Callable[..., nn.Module], mixed_precision: bool = False) -> None:
        super().__init__(None)
        self.build = build
        self.mixed_precision = mixed_precision
        self.sizes: Dict[str, int] = {}
        self.version = 0
        self.last_step: Optional[LastStep] = None

    @property
    def module(self) -> nn.Module:
        if self._model is None:
            raise NotInitializedError(
                "This model has no weights yet: call nlp.initialize() first, "
                "or load a trained pipeline with spacy.load()."
            )
        return self._model

    def initialize(self, **sizes: int) -> None:
        # New weights have no history: under a new id no optimizer finds the moments of the old.
        with Shim.global_id_lock:
            Shim.global_id += 1
            self.id = Shim.global_id
        self.sizes = sizes
        self._set(self.build(**sizes).to(get_torch_default_device()))

    def note_sizes(self, sizes: Mapping[str, int]) -> None:
        self.sizes = {**self.sizes, **sizes}
        self.version += 1

    def _set(self, module: Optional[nn.Module]) -> None:
        self._model = module
        self.version += 1

    def __call__(self, inputs: Sequence[Any], is_train: bool, options: Mapping[str, Any]) -> Any:
        device = next(self.module.parameters()).device
        half = self.mixed_precision and device.type == "cuda"
        with torch.set_grad_enabled(is_train), torch.autocast("cuda", torch.bfloat16, enabled=half):
            return self.module(*inputs, **options)

    def finish_update(self, optimizer: Optimizer) -> None:
        """Clip all gradients of the module together to the norm `optimizer.grad_clip`, and step.

        An optimizer with `whole_pipeline` set clips and checks all components together itself.
        RAISES: NonFiniteError naming the weight whose gradient is NaN or infinite.
        """
        weights = {n: p for n, p in self.module.named_parameters() if p.grad is not None}
        if weights and not getattr(optimizer, "whole_pipeline", False):
            norm = _check_and_clip(weights, optimizer.grad_clip)
            self.last_step = LastStep(norm, getattr(optimizer, "learn_rate", None))
        for name, weight in weights.items():
            updated, _ = optimizer(self._key(name), torch2xp(weight.data), torch2xp(weight.grad))
            updated = xp2torch(updated)
            if updated.data_ptr() != weight.data_ptr():
                weight.data.copy_(updated.view_as(weight))
            weight.grad = None
        if weights:
            self.version += 1

    def _key(self, name: str) -> tuple:
        # Thinc counts the ids of shims apart from those of models: the prefix keeps keys distinct.
        return (self.id, f"torch.{name}")

    @contextlib.contextmanager
    def use_params(self, params: Mapping[Any, FloatsXd]) -> Iterator[None]:
        """Put other values, such as the optimizer's averages, in the weights' place for a while."""
        named = {} if self._model is None else dict(self._model.named_parameters())
        swapped = {n: p for n, p in named.items() if self._key(n) in params}
        backup = {n: p.detach().clone() for n, p in swapped.items()}
        try:
            self._copy_in(swapped, {n: xp2torch(params[self._key(n)]) for n in swapped})
            yield
        finally:
            self._copy_in(swapped, backup)

    def _copy_in(self, weights: Mapping[str, Tensor], values: Mapping[str, Tensor]) -> None:
        with torch.no_grad():
            for name, weight in weights.items():
                weight.copy_(values[name].view_as(weight))
        self.version += 1

    def to_device(self, device_type: str, device_id: int) -> None:
        if self._model is not None:
            device = "cpu" if device_type == "cpu" else f"cuda:{device_id}"
            self._set(self._model.to(device))

    def copy(self) -> "TorchShim":
        other = TorchShim(self.build, self.mixed_precision)
        other.sizes = dict(self.sizes)
        other._set(copy.deepcopy(self._model))
        return other

    def to_bytes(self) -> bytes:
        return b"" if self._model is None else pack_weights(self._model, self.sizes)

    def from_bytes(self, data: bytes) -> "TorchShim":
        if data:
            module, self.sizes = unpack_weights(data, self.build, get_torch_default_device())
            self._set(module)
        else:
            self._set(None)
        return self


def _check_and_clip(weights: Mapping[str, nn.Parameter], max_norm: float) -> Tensor:
    """RETURNS: the norm of all gradients together, before clipping."""
    norm = torch.stack([torch.linalg.vector_norm(p.grad) for p in weights.values()]).norm()
    if not torch.isfinite(norm):
        raise NonFiniteError(_name_the_culprit(weights))
    if max_norm and norm > max_norm:
        for weight in weights.values():
            weight.grad.mul_(max_norm / norm)
    return norm


def _name_the_culprit(weights: Mapping[str, nn.Parameter]) -> str:
    bad = [name for name, weight in weights.items() if not torch.isfinite(weight.grad).all()]
    return (
        f"The gradient of {', '.join(bad) or 'the whole layer'} is NaN or infinite. Lower "
        "[training.optimizer] learn_rate or grad_clip, and look for extreme values in the vectors."
    )


def torch_model(
    name: str,
    forward: Callable,
    build: Callable[..., nn.Module],
    *,
    init: Callable,
    mixed_precision: bool = False,
    **settings: Any,
) -> Model:
    """A Thinc model around one torch module.

    forward, init: as for `thinc.api.Model`. init must call `build_module`.
    build: makes the module; a module-level function, or a `functools.partial` of one.
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


def weights_version(model: Model) -> Optional[Tuple[int, ...]]:
    """What changes whenever weights anywhere in the model do.

    RETURNS: None if the model also holds weights of Thinc's, whose changes nobody counts.
    """
    nodes = list(model.walk())
    if any(node.param_names for node in nodes):
        return None
    return tuple(shim.version for node in nodes for shim in node.shims)


def call(model: Model, *inputs: Any, is_train: bool, **options: Any) -> Any:
    """Run the module; gradients are recorded only in training. RETURNS: what the module does."""
    return model.shims[0](inputs, is_train, options)


def send_back(outputs: Sequence[Tensor], gradients: Sequence[Tensor]) -> None:
    """Back-propagate: gradients end in the module's weights and in the leaves made here."""
    pairs = [(y, dy) for y, dy in zip(outputs, gradients) if y.requires_grad]
    if pairs:
        torch.autograd.backward([y for y, _ in pairs], [dy.to(y.dtype) for y, dy in pairs])


def to_tensor(array: FloatsXd, requires_grad: bool = False) -> Tensor:
    """An array as a tensor over the same memory."""
    return xp2torch(array, requires_grad=requires_grad)


def to_array(tensor: Tensor) -> FloatsXd:
    """A tensor as a float32 array of the current device, over the same memory where it can be."""
    return torch2xp(tensor.detach().float().contiguous())


def numpy_of(tensor: Tensor) -> np.ndarray:
    """A tensor as an array on the CPU, for plots and tables."""
    return tensor.detach().float().cpu().numpy()


def to_ragged(model: Model, sequences: Sequence[Floats2d], requires_grad: bool) -> Ragged:
    """A non-empty list of (T_i, width) arrays as one ragged batch, a leaf of the gradient."""
    flat = model.ops.xp.concatenate([model.ops.xp.asarray(s) for s in sequences])
    lengths = torch.tensor([len(sequence) for sequence in sequences], dtype=torch.long)
    return Ragged(to_tensor(model.ops.as_contig(flat), requires_grad), lengths)


def ragged_rows(model: Model, rows: Ints1d, lengths: Sequence[int]) -> Ragged:
    """Row numbers (sum(lengths),) int64 in any array as one ragged batch on the model's device."""
    data = to_tensor(model.ops.asarray(rows))
    return Ragged(data, torch.tensor(lengths, dtype=torch.long))


def to_list(model: Model, rows: Tensor, lengths: Tensor) -> List[Floats2d]:
    """The rows (sum(lengths), width) of a ragged batch as a list of (T_i, width) arrays."""
    ends = torch.cumsum(lengths, 0)[:-1].tolist()
    return model.ops.xp.split(to_array(rows), ends)


def gradient_of(leaf: Tensor) -> Tensor:
    """What arrived at a leaf: zeros where nothing did."""
    return torch.zeros_like(leaf) if leaf.grad is None else leaf.grad
