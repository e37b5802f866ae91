"""CuPy without a GPU: arrays that can neither be mixed with numpy's nor become one unasked.

With `tests.pretended_gpu`, whole pipelines run on a device that is none. What CuPy refuses is
refused here too: functions of numpy's over arrays of both kinds, and conversions other than `get`.
"""

import contextlib

import numpy as np
import spacy.vectors
import thinc.optimizers
import torch
from numpy.lib.mixins import NDArrayOperatorsMixin
from thinc.api import Ops, get_current_ops, set_current_ops

from spacy_rnn.layers import device_memory, torch_bridge, torch_shim
from spacy_rnn.training.optimization import whole_pipeline
from tests.pretended_gpu import DEVICE, here, move, there, watch

# What a real array answers only when the device has caught up.
ASKING = ("item", "tolist", "__float__", "__int__", "__bool__", "__index__")


class Array(NDArrayOperatorsMixin):
    """An array on the device. held: its values. asked: how often the host has waited for any."""

    asked = 0

    def __init__(self, held):
        self.held = held

    def __getattr__(self, name):
        if name.startswith("__"):
            # Through some of these numpy would take the values.
            raise AttributeError(name)
        found = getattr(self.held, name)
        return _translated(found) if callable(found) else _outside(found)

    def __array__(self, *args, **kwargs):
        raise TypeError("Implicit conversion to a NumPy array is not allowed.")

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **options):
        into = {} if out is None else {"out": _inside(out)}
        result = getattr(ufunc, method)(*_inside(inputs), **_inside(options), **into)
        return _outside(result) if out is None else out[0]

    def __array_function__(self, function, types, args, kwargs):
        return _translated(function)(*args, **kwargs)

    def __getitem__(self, index):
        return _outside(self.held[_index(index)])

    def __setitem__(self, index, value):
        self.held[_index(index)] = _inside(value)

    def __len__(self):
        return len(self.held)

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def get(self):
        Array.asked += 1
        return self.held.copy()


def _asking(name):
    def ask(self):
        Array.asked += 1
        return getattr(self.held, name)()

    return ask


for _name in ASKING:
    setattr(Array, _name, _asking(_name))


class _CuPy:
    """The module: numpy's functions over our arrays."""

    def __getattr__(self, name):
        found = getattr(np, name)
        return found if isinstance(found, type) or not callable(found) else _translated(found)

    def array(self, data, dtype=None):
        held = data.held if isinstance(data, Array) else data
        return Array(np.array(_inside(held) if isinstance(held, list) else held, dtype=dtype))

    def asarray(self, data, dtype=None):
        same = isinstance(data, Array) and dtype in (None, data.dtype)
        return data if same else self.array(data, dtype)


class PretendedOps(Ops):
    """As `CupyOps`, in Thinc's own words for every device."""

    name = "pretended"
    xp = _CuPy()

    def to_numpy(self, data, *, byte_order=None):
        return data.get() if isinstance(data, Array) else data

    def asarray(self, data, dtype=None):
        return self.xp.asarray(data, dtype)


def _inside(value):
    if isinstance(value, Array):
        return value.held
    if isinstance(value, np.ndarray) and value.ndim:
        raise TypeError("Unsupported type <class 'numpy.ndarray'>")
    if isinstance(value, (list, tuple)):
        return type(value)(map(_inside, value))
    if isinstance(value, dict):
        return {key: _inside(part) for key, part in value.items()}
    return value


def _outside(value):
    if isinstance(value, (np.ndarray, np.generic)):
        return Array(np.asarray(value))
    return type(value)(map(_outside, value)) if isinstance(value, list) else value


def _index(index):
    """CuPy takes arrays of both kinds as an index."""
    if isinstance(index, tuple):
        return tuple(map(_index, index))
    return index.held if isinstance(index, Array) else index


def _translated(function):
    return lambda *args, **kwargs: _outside(function(*_inside(args), **_inside(kwargs)))


def _to_torch(array, requires_grad=False):
    held = array.held if isinstance(array, Array) else array
    assert held.size, "CuPy has no address of nothing"
    return there(torch.from_numpy(held)).requires_grad_(requires_grad)


def _to_cupy(tensor):
    assert tensor.is_cuda, "CuPy has no arrays on the host"
    return Array(here(tensor.detach()).numpy())


@contextlib.contextmanager
def pretended_gpu(monkeypatch):
    """New pipelines, and loaded ones, live on the device. YIELDS: the counter of `watch`."""
    set_module, before = torch_shim.TorchShim._set, get_current_ops()
    with monkeypatch.context() as patch:
        for module in (torch_bridge, torch_shim):
            patch.setattr(module, "xp2torch", _to_torch)
            patch.setattr(module, "torch2xp", _to_cupy)
            patch.setattr(module, "get_torch_default_device", lambda: DEVICE)
        patch.setattr(torch_shim.TorchShim, "_set", lambda self, m: set_module(self, m and move(m)))
        for module in (thinc.optimizers, device_memory, spacy.vectors):
            patch.setattr(module, "get_array_ops", lambda array: get_current_ops())
        for module in (whole_pipeline, spacy.vectors):
            patch.setattr(module, "get_array_module", lambda array: get_current_ops().xp)
        set_current_ops(PretendedOps())
        try:
            with watch() as counts:
                yield counts
        finally:
            set_current_ops(before)
