"""A GPU that is none: tensors on the CPU that say they are elsewhere, and count who waits for them.

Whatever would make the host wait for a real device is counted, and so are uploads; operations over
tensors of both places fail as they would there. What runs here without a wait runs so on a GPU.
"""

import contextlib
from collections import Counter

import torch
from torch.overrides import TorchFunctionMode

DEVICE = torch.device("cuda", 0)
ASKING = ("item", "tolist", "__bool__", "__int__", "__float__", "__index__", "numpy", "cpu")
# The size of their result depends on values.
SIZED_BY_VALUES = ("nonzero", "argwhere", "masked_select", "unique", "bincount")
INDEXING = ("__getitem__", "__setitem__")
# Take the sizes of packed steps, which stay on the host.
WITH_SIZES_ON_THE_HOST = ("lstm", "gru", "rnn_tanh", "rnn_relu")
# Make a tensor of numbers of the host.
FROM_NUMBERS = ("tensor", "as_tensor", "from_numpy", "scalar_tensor")


class There(torch.Tensor):
    """A tensor that says it is on the device."""

    @property
    def device(self):
        return DEVICE

    @property
    def is_cuda(self):
        return True


def there(tensor: torch.Tensor) -> torch.Tensor:
    """The same values on the device."""
    return tensor.detach().as_subclass(There)


def here(tensor: torch.Tensor) -> torch.Tensor:
    """The same values on the host, unnoticed."""
    with torch._C.DisableTorchFunction():
        return tensor.as_subclass(torch.Tensor)


def move(module: torch.nn.Module) -> torch.nn.Module:
    """Put a module's weights on the device. One that is shared stays one."""
    moved = {}
    for part in module.modules():
        for name, weight in part._parameters.items():
            if weight is not None:
                moved.setdefault(id(weight), there(weight.data).requires_grad_())
                part._parameters[name] = moved[id(weight)]
        part._buffers.update({name: there(values) for name, values in part._buffers.items()})
        if isinstance(part, torch.nn.RNNBase):
            part._flat_weights = [part._parameters[name] for name in part._flat_weights_names]
    return module


@contextlib.contextmanager
def watch():
    """YIELDS: a counter of "waits" and "uploads", and of the names of functions that wait."""
    counts = Counter()
    with _Watch(counts):
        yield counts


class _Watch(TorchFunctionMode):
    def __init__(self, counts):
        super().__init__()
        self.counts = counts

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = dict(kwargs or {})
        name = getattr(function, "__name__", "")
        tensors = list(_tensors((args, kwargs)))
        inside = [tensor for tensor in tensors if _is_there(tensor)]
        to_there = _takes_device(name, kwargs, args)
        if inside:
            self._check(name, args, kwargs, tensors)
        elif to_there and (tensors or name in FROM_NUMBERS):
            self.counts["uploads"] += 1
        kwargs = {k: v for k, v in kwargs.items() if not (k == "device" and v == DEVICE)}
        args = tuple(a for a in args if not (isinstance(a, torch.device) and a == DEVICE))
        leaving = bool(inside) and _leaves(name, args, kwargs)
        result = function(*args, **kwargs)
        if leaving or name in ASKING:
            return here(result) if isinstance(result, torch.Tensor) else result
        return _as_there(result) if inside or to_there else result

    def _check(self, name, args, kwargs, tensors):
        outside = [t for t in tensors if not _is_there(t) and t.dim() > 0]
        if name in INDEXING:
            self.counts["uploads"] += len(outside)
            index = list(_tensors(args[1]))
            if any(isinstance(i, There) and i.dtype is torch.bool for i in index):
                self._wait("index by bool")
            return
        if name == "to":
            # The other tensor only says where.
            outside = []
        asks = name in ASKING or name in SIZED_BY_VALUES or _leaves(name, args, kwargs)
        if asks or (name == "repeat_interleave" and "output_size" not in kwargs):
            self._wait(name)
        if outside and name not in WITH_SIZES_ON_THE_HOST:
            raise RuntimeError(f"{name}: expected all tensors to be on the same device")

    def _wait(self, name):
        self.counts["waits"] += 1
        self.counts[name] += 1


def _tensors(value):
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _tensors(part)
    elif isinstance(value, dict):
        yield from _tensors(list(value.values()))


def _is_there(tensor):
    # A sparse tensor cannot say so. There are none but gradients of tables on the device.
    return isinstance(tensor, There) or tensor.is_sparse


def _takes_device(name, kwargs, args):
    return kwargs.get("device") == DEVICE or (
        name == "to" and any(isinstance(a, torch.device) and a == DEVICE for a in args)
    )


def _leaves(name, args, kwargs):
    places = [*args[1:], *kwargs.values()]
    return name == "to" and any(str(place) == "cpu" for place in places)


def _as_there(result):
    if isinstance(result, torch.Tensor):
        return result if _is_there(result) else result.as_subclass(There)
    if isinstance(result, (list, tuple)) and not hasattr(result, "_fields"):
        return type(result)(_as_there(part) for part in result)
    return result
