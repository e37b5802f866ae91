"""Half precision: bfloat16, or on a GPU float16 with a scaled loss (Micikevicius et al. 2018)."""

from __future__ import annotations

import warnings
from contextlib import nullcontext
from typing import Any, ContextManager, Dict, List, Mapping, Optional, Sequence

import torch
from torch import Tensor, nn

from .. import native
from ..nn.ragged import Ragged

FORMATS: Dict[str, torch.dtype] = {"bf16": torch.bfloat16, "fp16": torch.float16}
DEVICES = ("cuda",)
FIRST_SCALE = 2.0**16
LARGEST_SCALE = 2.0**24
# Steps without an overflow after which the scale is doubled.
PATIENCE = 2000
NO_BF16 = (
    'encode.mixed_precision = "bf16" changes nothing here, float32 is used: on a CPU it needs the '
    "compiled kernels, and a processor with AVX512-BF16."
)


class Precision:
    """What one module computes in.

    name: None for float32, "bf16" or "fp16".
    scale: inside a float16 module, gradients are so many times as large, lest small ones vanish. A
        power of two: it changes no digit. Halved whenever a gradient overflows.
    """

    def __init__(self, name: Optional[str] = None) -> None:
        self.name = name
        self.scale = FIRST_SCALE if name == "fp16" else 1.0
        self._good_steps = 0

    def run(self, module: nn.Module, inputs: Sequence[Any], options: Mapping) -> Any:
        """Call the module in this precision where its device has it."""
        if self.name is None:
            return module(*inputs, **options)
        if self.scale == 1.0 or next(module.parameters()).device.type not in DEVICES:
            with self.active(module):
                return module(*inputs, **options)
        inside = [_scaled(value, 1 / self.scale, keep_finite=True) for value in inputs]
        with self.active(module):
            outputs = module(*inside, **options)
        return _scaled(outputs, self.scale)

    def active(self, module: nn.Module) -> ContextManager:
        """The time in which a module computes in this precision, in this thread.

        A GPU does so in training, too; a CPU in bfloat16 only, at inference, in compiled kernels.
        """
        if self.name is None:
            return nullcontext()
        device = next(module.parameters()).device.type
        if device in DEVICES:
            return torch.autocast(device, FORMATS[self.name])
        if self.name != "bf16" or torch.is_grad_enabled():
            return nullcontext()
        if not native.half_kinds():
            warnings.warn(NO_BF16, stacklevel=2)
            return nullcontext()
        return native.half_precision()

    def unscale(self, gradients: List[Tensor]) -> bool:
        """Bring gradients back to size, in place, and choose the next scale.

        RETURNS: whether they can be used. At scale 1 always: then NaN is no matter of precision.
        """
        if self.scale == 1.0 or not gradients:
            return True
        used = self.scale
        largest = torch.stack([gradient.abs().max() for gradient in gradients]).max()
        if not torch.isfinite(largest):
            self._good_steps = 0
            self.scale = max(1.0, self.scale / 2)
            return False
        self._good_steps += 1
        if self._good_steps % PATIENCE == 0:
            self.scale = min(LARGEST_SCALE, self.scale * 2)
        for gradient in gradients:
            gradient.div_(used)
        return True


class _Scale(torch.autograd.Function):
    """The same values; gradients times a factor, and zero where they have overflowed if asked."""

    @staticmethod
    def forward(context: Any, values: Tensor, factor: float, keep_finite: bool) -> Tensor:
        context.factor = factor
        context.keep_finite = keep_finite
        return values.view_as(values)

    @staticmethod
    def backward(context: Any, gradient: Tensor) -> Any:
        scaled = gradient * context.factor
        return (
            torch.nan_to_num(scaled, 0.0, 0.0, 0.0) if context.keep_finite else scaled,
            None,
            None,
        )


def _scaled(value: Any, factor: float, keep_finite: bool = False) -> Any:
    # An overflow shows in the module's own weights, and costs it its step; the layers below must
    # not lose theirs, nor take it for a gradient that is NaN for other reasons.
    if isinstance(value, Ragged):
        return value.with_data(_Scale.apply(value.data.float(), factor, keep_finite))
    return value
