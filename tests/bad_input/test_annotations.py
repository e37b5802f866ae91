"""Every annotation is learned from, passed over, or refused with the reason."""

import copy
import math
import warnings

import pytest
from spacy.training import Example

from tests.bad_input.annotations import ANNOTATIONS, CASES
from tests.bad_input.expected import LEARNS, NOTHING, Raises, Warns

TEXT = "I saw Anna in Paris"
PLACES = {"rnn_ner": "entities", "rnn_textcat": "cats"}
TEXTS_WITH_NOTHING = ("", " \n")


@pytest.fixture(scope="module")
def nlp(tiny):
    """A pipeline that training may change."""
    return copy.deepcopy(tiny)


def annotated(nlp, component, text, annotation):
    if component in PLACES:
        given = {} if annotation is None else {PLACES[component]: annotation}
        return Example.from_dict(nlp.make_doc(text), given)
    example = Example.from_dict(nlp.make_doc(text), {})
    example.reference._.summary = annotation
    return example


def loss_of(nlp, component, text, annotation):
    example = annotated(nlp, component, text, annotation)
    return nlp.get_pipe(component).update([example], sgd=None, losses={})[component]


@pytest.mark.parametrize("component, name, annotation, expected", CASES)
def test_it_leads_to_what_the_catalogue_says(nlp, component, name, annotation, expected):
    if isinstance(expected, Raises):
        with pytest.raises(expected.error) as error:
            loss_of(nlp, component, TEXT, annotation)
        assert expected.message in str(error.value)
    elif isinstance(expected, Warns):
        with pytest.warns(UserWarning, match=expected.message):
            assert math.isfinite(loss_of(nlp, component, TEXT, annotation))
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            loss = loss_of(nlp, component, TEXT, annotation)
        assert {LEARNS: math.isfinite(loss) and loss > 0.0, NOTHING: loss == 0.0}[expected]


@pytest.mark.parametrize("text", TEXTS_WITH_NOTHING)
@pytest.mark.parametrize("component", ANNOTATIONS)
def test_texts_without_words_can_be_trained_on(nlp, component, text):
    annotation, _ = ANNOTATIONS[component]["none" if component == "rnn_ner" else "right"]
    assert math.isfinite(loss_of(nlp, component, text, annotation))


@pytest.mark.parametrize("component", ANNOTATIONS)
def test_a_bad_example_leaves_the_weights_as_they_are(nlp, component):
    pipe = nlp.get_pipe(component)
    for _, name, annotation, expected in [case for case in CASES if case[0] == component]:
        if isinstance(expected, Raises):
            before = pipe.model.to_bytes()
            with pytest.raises(expected.error):
                examples = [annotated(nlp, component, TEXT, annotation)]
                pipe.update(examples, sgd=nlp.create_optimizer())
            assert pipe.model.to_bytes() == before, name
