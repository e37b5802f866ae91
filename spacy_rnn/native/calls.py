"""What kernels are called with: the structs of src/kernels.h."""

from __future__ import annotations

import ctypes
from typing import Any, Dict, Type

from torch import Tensor


class Call(ctypes.Structure):
    """What a kernel works on: a struct of src/kernels.h. Tensors are given as themselves."""

    def __init__(self, **values: Any) -> None:
        super().__init__(
            **{
                name: value.data_ptr() if isinstance(value, Tensor) else value
                for name, value in values.items()
            }
        )


def _fields(numbers: str, pointers: str) -> list:
    fields = [(name, ctypes.c_int64) for name in numbers.split()]
    return fields + [(name, ctypes.c_void_p) for name in pointers.split()]


class Layer(Call):
    _fields_ = _fields(
        "input units directions count row_stride reversed",
        "places firsts rows bias late_bias inputs recurrent gates state out carried halves",
    )


class Recurrence(Call):
    _fields_ = _fields(
        "units count reversed keep fresh gate_stride out_stride kept_stride",
        "starts places lengths index weights late_bias gates out kept hidden spare cell",
    )


class Gradient(Call):
    _fields_ = _fields(
        "units count reversed gate_stride out_stride kept_stride",
        "starts lengths weights gates out kept first d_out d_gates d_late d_hidden d_cell",
    )


class Decoding(Call):
    _fields_ = _fields(
        "width embedding memory key rows count beams vocabulary unknown feed",
        "documents starts lengths tokens values keys embed inputs bias recurrent late_bias query "
        "query_bias score seen combine combine_bias hidden readout coverage next_hidden next_cell "
        "next_readout next_coverage attention panels gates queries contexts line",
    )


class Scoring(Call):
    _fields_ = _fields(
        "width words columns rows count beams unknown",
        "documents lengths first places readout attention weights bias gate gate_bias scores "
        "panels most total line",
    )


class Viterbi(Call):
    _fields_ = _fields("tags count", "lengths emissions start transitions into end reached path")


class Sums(Call):
    _fields_ = _fields(
        "tags width count",
        "lengths emissions start transitions end room chances behind onward pairs log_weight",
    )


class Pooling(Call):
    _fields_ = _fields(
        "width heads keys count longest",
        "lengths rows weights bias queries room scores attention attended mean most",
    )


KERNELS: Dict[str, Type[Call]] = {
    "lstm_layer": Layer,
    "gru_layer": Layer,
    "lstm_projection": Layer,
    "gru_projection": Layer,
    "lstm": Recurrence,
    "gru": Recurrence,
    "lstm_gradient": Gradient,
    "gru_gradient": Gradient,
    "lstm_decoder": Decoding,
    "gru_decoder": Decoding,
    "word_scores": Scoring,
    "viterbi": Viterbi,
    "sums": Sums,
    "pool": Pooling,
}
