"""A torch module's weights as one checked block: safetensors behind a sha256. No pickle."""

from __future__ import annotations

import hashlib
import json
from typing import Callable, Dict, Mapping, Tuple

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor, nn

from ..errors import ModelFileError

MAGIC = b"spacy-rnn weights 1\n"
REMEDY = "Train the pipeline again, or copy its directory anew from where it came."


def pack_weights(module: nn.Module, sizes: Mapping[str, int]) -> bytes:
    """Write a module's parameters, with the sizes that it was built with.

    RAISES: ModelFileError if a weight is NaN or infinite: such a model would predict nonsense.
    """
    weights = {name: value.detach().cpu().contiguous() for name, value in _tensors(module).items()}
    _check_finite(weights)
    body = safetensors.torch.save(weights, metadata={"sizes": json.dumps(dict(sizes))})
    return MAGIC + hashlib.sha256(body).digest() + body


def unpack_weights(
    block: bytes, build: Callable[..., nn.Module], device: torch.device
) -> Tuple[nn.Module, Dict[str, int]]:
    """Build the module that a block was written from, and fill it.

    build: makes the module from the sizes stored in the block.
    RAISES: ModelFileError if the block is damaged or does not fit what `build` makes.
    """
    weights, sizes = _read(block)
    with torch.device("meta"):
        _check_fit(weights, _build(build, sizes))
    with torch.random.fork_rng(devices=[]):
        module = _build(build, sizes)
    with torch.no_grad():
        for name, value in _tensors(module).items():
            value.copy_(weights[name])
    return module.to(device), sizes


def _tensors(module: nn.Module) -> Dict[str, Tensor]:
    """Parameters and buffers by name; one that is shared stands once."""
    return {**dict(module.named_parameters()), **dict(module.named_buffers())}


def _read(block: bytes) -> Tuple[Dict[str, Tensor], Dict[str, int]]:
    if not block.startswith(MAGIC):
        raise ModelFileError(f"These are not weights written by spacy-rnn. {REMEDY}")
    start = len(MAGIC) + hashlib.sha256().digest_size
    digest, body = block[len(MAGIC) : start], block[start:]
    if hashlib.sha256(body).digest() != digest:
        raise ModelFileError(f"The weights are damaged: their sha256 does not match. {REMEDY}")
    try:
        weights = safetensors.torch.load(body)
        header = json.loads(body[8 : 8 + int.from_bytes(body[:8], "little")])
        sizes = json.loads(header["__metadata__"]["sizes"])
    except (SafetensorError, ValueError, KeyError) as error:
        raise ModelFileError(f"The weights cannot be read ({error}). {REMEDY}") from error
    _check_finite(weights)
    return weights, sizes


def _build(build: Callable[..., nn.Module], sizes: Dict[str, int]) -> nn.Module:
    # The config's sizes are not for a block to change.
    of_config = set(getattr(build, "keywords", ())) & set(sizes)
    if of_config or not all(isinstance(size, int) for size in sizes.values()):
        raise ModelFileError(f"The weights belong to another layer: {sizes}. {REMEDY}")
    try:
        return build(**sizes)
    except (TypeError, ValueError, RuntimeError, OverflowError) as error:
        raise ModelFileError(f"The weights belong to another layer ({error}). {REMEDY}") from error


def _check_finite(weights: Mapping[str, Tensor]) -> None:
    for name, value in weights.items():
        if value.is_floating_point() and not torch.isfinite(value).all():
            raise ModelFileError(f"The weight {name} holds NaN or infinity.")


def _check_fit(weights: Mapping[str, Tensor], module: nn.Module) -> None:
    expected = _tensors(module)
    missing, extra = sorted(set(expected) - set(weights)), sorted(set(weights) - set(expected))
    if missing or extra:
        raise ModelFileError(
            f"The weights do not fit the config: missing {missing}, unexpected {extra}. "
            "Load them with the config.cfg that was saved beside them."
        )
    for name, value in expected.items():
        found = weights[name]
        if found.shape != value.shape or found.dtype != value.dtype:
            raise ModelFileError(
                f"The weight {name} has shape {tuple(found.shape)} and type {found.dtype}, but the "
                f"config makes {tuple(value.shape)} and {value.dtype}. "
                "Load it with the config.cfg that was saved beside it."
            )
