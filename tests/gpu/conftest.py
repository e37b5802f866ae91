"""`pytest -m "gpu and not slow" tests/gpu`. With GPU_TESTS_ON=cpu the tests themselves are tried,
without a GPU: what they compare is then the same."""

import os

import pytest
import torch
from thinc.api import require_cpu, require_gpu
from thinc.util import has_cupy_gpu

REHEARSAL = os.environ.get("GPU_TESTS_ON") == "cpu"


def why_not():
    if REHEARSAL:
        return None
    if not torch.cuda.is_available():
        return "torch sees no CUDA device"
    return None if has_cupy_gpu else "CuPy sees no GPU: pip install spacy-rnn[cuda12x] or [cuda13x]"


@pytest.fixture(autouse=True)
def full_precision():
    if why_not():
        pytest.skip(why_not())
    # cuDNN rounds the factors of float32 products to 10 bits unless told otherwise.
    before = torch.backends.cudnn.allow_tf32
    torch.backends.cudnn.allow_tf32 = False
    yield
    torch.backends.cudnn.allow_tf32 = before


@pytest.fixture
def device():
    return torch.device("cpu" if REHEARSAL else "cuda")


@pytest.fixture
def gpu():
    """Makes new pipelines, and loaded ones, live on the GPU. Call it again with False to leave."""

    def use(wanted=True):
        (require_gpu if wanted and not REHEARSAL else require_cpu)()

    use()
    yield use
    require_cpu()


@pytest.fixture
def gpu_id():
    return "-1" if REHEARSAL else "0"
