"""What an optimizer has learnt, under names that mean the same in the next process."""

from __future__ import annotations

from typing import Any, Dict, Tuple

import numpy as np
from spacy.language import Language
from spacy.util import logger
from thinc.api import Model, Optimizer, get_current_ops

from ...layers.torch_bridge import weight_keys

Key = Tuple[int, str]
ARRAYS = ("mom1", "mom2", "averages")
COUNTS = ("nr_update", "last_seen")


def named_weights(nlp: Language) -> Dict[str, Key]:
    """The optimizer's key of every weight, by component, place in the model, and name."""
    return {
        f"{component}/{name}": key
        for component, pipe in nlp.pipeline
        if isinstance(getattr(pipe, "model", None), Model)
        for name, key in weight_keys(pipe.model).items()
    }


def capture_optimizer(
    optimizer: Optimizer, weights: Dict[str, Key]
) -> Tuple[Dict[str, np.ndarray], Dict[str, Any]]:
    """RETURNS: the moments and averages as arrays, and the counters as plain numbers."""
    names = {key: name for name, key in weights.items()}
    unknown = [key for key in optimizer.nr_update if key not in names]
    if unknown:
        logger.warning(
            "The optimizer knows %d weights that no component has any more, such as %s: they are "
            "left out of the checkpoint.",
            len(unknown),
            unknown[0],
        )
    ops = get_current_ops()
    arrays = {
        f"{field}|{names[key]}": np.array(ops.to_numpy(array))
        for field in ARRAYS
        for key, array in (getattr(optimizer, field) or {}).items()
        if key in names
    }
    counts = {
        field: {names[key]: n for key, n in getattr(optimizer, field).items() if key in names}
        for field in COUNTS
    }
    return arrays, {**counts, "radam": optimizer._radam_buffer}


def restore_optimizer(
    optimizer: Optimizer,
    weights: Dict[str, Key],
    arrays: Dict[str, np.ndarray],
    counts: Dict[str, Any],
) -> None:
    """Fill a new optimizer with what `capture_optimizer` took. Schedules are not touched."""
    ops = get_current_ops()
    for label, array in arrays.items():
        field, name = label.split("|", 1)
        getattr(optimizer, field)[weights[name]] = ops.asarray(array.copy())
    for field in COUNTS:
        getattr(optimizer, field).update({weights[name]: n for name, n in counts[field].items()})
    optimizer._radam_buffer = [list(row) for row in counts["radam"]]


def restore_gradients(nlp: Language, optimizer: Optimizer) -> None:
    """Give Thinc's weights the zero gradients that they keep between steps.

    Once a weight has had a gradient, Thinc passes zeros to the optimizer where a batch brings
    none, and momentum goes on moving the weight.
    """
    models = [pipe.model for _, pipe in nlp.pipeline if hasattr(pipe, "model")]
    for model in (model for model in models if isinstance(model, Model)):
        for node in model.walk():
            for name in node.param_names:
                if (node.id, name) in optimizer.nr_update and not node.has_grad(name):
                    node.set_grad(name, node.ops.xp.zeros_like(node.get_param(name)))
