"""One torch module inside a Thinc model: its updates, averages, copies, devices and weights."""

from __future__ import annotations

import contextlib
import copy
import os
from functools import partial
from typing import Any, Callable, Dict, Iterator, Mapping, NamedTuple, Optional, Sequence

import torch
from thinc.api import Optimizer, get_torch_default_device, torch2xp, xp2torch
from thinc.shims import Shim
from thinc.types import FloatsXd
from torch import Tensor, nn

from ..errors import NonFiniteError, NotInitializedError
from ..native.weights import forget
from ..nn.bag_of_ngrams import SparseTable
from . import one_pass_adam
from .denormals import denormals_as_zero
from .device_memory import reserve_step, with_room
from .freed_memory import keep_freed_memory
from .precision import Precision
from .weight_file import pack_weights, unpack_weights

# A forked child inherits torch's thread pool without its threads and would wait for them forever.
os.register_at_fork(after_in_child=lambda: torch.set_num_threads(1))
keep_freed_memory()

NO_ROOM = (
    "A step of an n-gram table does not fit into memory, and the table was not moved. "
    "Make [training.batcher] size smaller."
)


class LastStep(NamedTuple):
    """An update of one module. grad_norm: (), before clipping; on the module's device."""

    grad_norm: Tensor
    learn_rate: Optional[float]


class TorchShim(Shim):
    """One torch module inside a Thinc model.

    build: makes the module, given by name the sizes that only initialization knows.
    mixed_precision: None, "bf16" or "fp16": what a GPU computes in.
    version: counts changes of the weights, so that whatever was computed from them can be dropped.
    last_step: what is known about the last update, for those who watch.
    """

    def __init__(
        self, build: Callable[..., nn.Module], mixed_precision: Optional[str] = None
    ) -> None:
        super().__init__(None)
        self.build = build
        self.precision = Precision(mixed_precision)
        self.sizes: Dict[str, int] = {}
        self.version = 0
        self.last_step: Optional[LastStep] = None
        self._found_finite = -1

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
        if not is_train:
            self.check_weights()
        with torch.set_grad_enabled(is_train):
            return self.precision.run(self.module, inputs, options)

    def check_weights(self) -> None:
        """Look for NaN once after every change. RAISES: NonFiniteError naming the weight."""
        if self._found_finite == self.version:
            return
        weights = dict(self.module.named_parameters())
        # Their sums read them once, where isfinite makes three arrays of each; they never hide a
        # NaN, but may leave their range.
        sums = (weight.detach().sum() for weight in weights.values())
        if not torch.isfinite(sum(sums, torch.zeros(()))):
            for name, weight in weights.items():
                if not torch.isfinite(weight).all():
                    raise NonFiniteError(
                        f"The weight {name} became NaN or infinite. Lower [training.optimizer] "
                        "learn_rate, and go on from the last model or checkpoint that was saved."
                    )
        self._found_finite = self.version

    @denormals_as_zero()
    def finish_update(self, optimizer: Optimizer) -> None:
        """Clip all gradients of the module together to the norm `optimizer.grad_clip`, and step.

        An optimizer with `whole_pipeline` set clips and checks all components together itself.
        A gradient that was only too large for half precision leaves this step out.
        RAISES: NonFiniteError naming the weight whose gradient is NaN or infinite; MemoryError if
            the step does not fit into memory. No weight has moved then.
        """
        self._step_tables(optimizer)
        weights = {n: p for n, p in self.module.named_parameters() if p.grad is not None}
        if not self.precision.unscale([weight.grad for weight in weights.values()]):
            self.module.zero_grad()
            return
        if weights and not getattr(optimizer, "whole_pipeline", False):
            self._prepare(weights, optimizer)
        for name, weight in weights.items():
            self._move(optimizer, self._key(name), weight)
            weight.grad = None
        if weights:
            # Thinc's optimizer writes around torch, and the kernels keep packed weights.
            forget(self.module)
            self.version += 1

    def _move(self, optimizer: Optimizer, key: tuple, weight: nn.Parameter) -> None:
        if one_pass_adam.follows_adam(optimizer, weight):
            one_pass_adam.step(optimizer, key, weight.data, weight.grad)
            return
        updated, _ = optimizer(key, torch2xp(weight.data), torch2xp(weight.grad))
        updated = xp2torch(updated)
        if updated.data_ptr() != weight.data_ptr():
            weight.data.copy_(updated.view_as(weight))

    def _prepare(self, weights: Mapping[str, nn.Parameter], optimizer: Optimizer) -> None:
        """What an optimizer of the whole pipeline does itself, before any weight is moved."""
        norm = _check_and_clip(weights, getattr(optimizer, "grad_clip", 0.0))
        self.last_step = LastStep(norm, getattr(optimizer, "learn_rate", None))
        # `nlp.rehearse` hands in a bare function that only notes the gradients.
        if isinstance(optimizer, Optimizer):
            arrays = {self._key(name): torch2xp(weight.data) for name, weight in weights.items()}
            reserve_step(optimizer, arrays)

    def _step_tables(self, optimizer: Optimizer) -> None:
        """Sparse tables learn on their own, at the optimizer's rate."""
        for module in self.module.modules():
            if isinstance(module, SparseTable):
                with_room(partial(module.step, optimizer.learn_rate), NO_ROOM)
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
        other = TorchShim(self.build, self.precision.name)
        other.sizes = dict(self.sizes)
        other._set(_compacted(copy.deepcopy(self._model)))
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


def _compacted(module: Optional[nn.Module]) -> Optional[nn.Module]:
    """cuDNN reads a recurrent layer's weights from one piece of memory. Copied weights lie apart,
    and would be joined anew at each call."""
    for layer in () if module is None else module.modules():
        if isinstance(layer, nn.RNNBase):
            layer.flatten_parameters()
    return module


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
