"""Optional compiled kernels: LSTM, GRU, pooling, decoders and CRF in float32 on a CPU, and LSTM and
GRU in bfloat16.

`pip install .` compiles them in seconds where there is a C++ compiler (GCC or Clang), without
torch's headers; where there is none, it says so in one line and everything runs in torch. To
build them later: `python setup.py build_ext --inplace`, or install again.

The processor is looked at when they are loaded: AVX-512, AVX2 with FMA, or plain vectors. The
environment variable SPACY_RNN_NATIVE, set before Python starts, says "0" to switch them off, or
"avx512", "avx2" or "plain" to choose.
"""

from .library import half_kinds, half_precision, is_available, kinds, using

__all__ = ["half_kinds", "half_precision", "is_available", "kinds", "using"]
