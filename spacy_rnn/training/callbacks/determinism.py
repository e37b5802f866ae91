"""The same bits from every run: on a GPU, sums are otherwise taken in whatever order comes."""

from __future__ import annotations

import os
from typing import Any, Callable, Dict

import torch
from spacy.language import Language

CALLBACK = "spacy-rnn.deterministic.v1"
# Read when the first product is made. With the other value that torch takes, cuDNN's recurrent
# layers still differ from run to run.
WORKSPACES = ("CUBLAS_WORKSPACE_CONFIG", ":16:8")


def be_deterministic() -> None:
    """Choose slower algorithms of torch, cuBLAS and cuDNN that always sum in the same order.

    It holds for the whole process from here on, and must come before the first product on a GPU.
    torch raises where it has no such algorithm. Layers of Thinc's that add rows on a GPU, such as
    spaCy's hashed embeddings, are not covered.
    """
    os.environ.setdefault(*WORKSPACES)
    torch.use_deterministic_algorithms(True)
    torch.backends.cudnn.deterministic = True
    torch.backends.cudnn.benchmark = False


def deterministic() -> Callable[[Language], None]:
    """For `[initialize.before_init]`: two trainings with the same seed on the same GPU end with the
    same bits. Slower; a training on a CPU is reproducible without it."""

    def before_init(nlp: Language) -> None:
        be_deterministic()

    return before_init


def is_asked_for(config: Dict[str, Any]) -> bool:
    """Whether a config has the callback: a continued training does not initialize again."""
    before_init = config.get("initialize", {}).get("before_init") or {}
    return before_init.get("@callbacks") == CALLBACK
