"""NaN and infinity are found where they arise, by name, and never predicted from."""

import copy

import pytest
import torch

from spacy_rnn.errors import NonFiniteError
from spacy_rnn.layers.torch_modules import check_weights, modules_in
from spacy_rnn.training.optimization.optimizers import Adam
from tests.conftest import MODELS, gold

BAD = [float("nan"), float("inf"), float("-inf")]
# A weight that every text reads.
WEIGHT = "layers.0.weight_hh_l0"


@pytest.fixture
def nlp(tiny):
    return copy.deepcopy(tiny)


def spoil(nlp, component, value, attr="data"):
    """Put a value into one weight of the component's encoder, or into its gradient."""
    model = nlp.get_pipe(component).model
    (weight,) = [
        weight
        for module in modules_in(model)
        for name, weight in module.named_parameters()
        if name == WEIGHT
    ]
    if attr == "grad":
        weight.grad = torch.zeros_like(weight)
    getattr(weight, attr)[0, 0] = value
    for node in model.walk():
        for shim in node.shims:
            shim.version += 1


@pytest.mark.parametrize("value", BAD)
@pytest.mark.parametrize("component", MODELS)
def test_no_prediction_is_made_with_such_a_weight(nlp, component, value):
    spoil(nlp, component, value)
    with pytest.raises(NonFiniteError, match=f"weight {WEIGHT} became NaN or infinite"):
        nlp("Anna saw Bob")


@pytest.mark.parametrize("component", MODELS)
def test_no_such_weight_is_saved_over_a_good_model(nlp, component, tmp_path):
    nlp.to_disk(tmp_path)
    before = (tmp_path / component / "model").read_bytes()
    spoil(nlp, component, float("nan"))
    with pytest.raises(NonFiniteError, match=WEIGHT):
        nlp.to_disk(tmp_path)
    assert (tmp_path / component / "model").read_bytes() == before


@pytest.mark.parametrize("value", BAD)
@pytest.mark.parametrize("component", MODELS)
def test_no_weight_moves_by_such_a_gradient(nlp, component, value):
    pipe, optimizer = nlp.get_pipe(component), Adam(0.1)
    pipe.update(gold(nlp), sgd=None)
    before = pipe.model.to_bytes()
    spoil(nlp, component, value, "grad")
    pipe.finish_update(optimizer)
    with pytest.raises(NonFiniteError, match=WEIGHT):
        optimizer.step_schedules()
    assert pipe.model.to_bytes() == before


@pytest.mark.parametrize("component", MODELS)
def test_an_optimizer_of_thinc_leaves_no_such_weight(nlp, component):
    pipe = nlp.get_pipe(component)
    spoil(nlp, component, float("nan"), "grad")
    with pytest.raises(NonFiniteError, match=WEIGHT):
        pipe.finish_update(nlp.create_optimizer())
    check_weights(pipe.model)


def test_scores_that_are_nan_are_not_blamed_on_the_annotation(nlp):
    spoil(nlp, "rnn_ner", float("nan"))
    with pytest.raises(NonFiniteError, match="scores of the tags are NaN"):
        nlp.get_pipe("rnn_ner").update(gold(nlp))
