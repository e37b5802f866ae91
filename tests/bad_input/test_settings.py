"""A setting of the wrong type or value is an error that names it."""

import copy
import inspect

import pytest
import spacy
from confection import ConfigValidationError
from spacy.util import registry

from tests.bad_input.settings import CASES, SETTINGS
from tests.conftest import MODELS

CHARACTERS = {"@architectures": "spacy-rnn.CharCNN.v1", "width": 8, "char_width": 8}
# What spaCy passes in, and what is a block of its own.
NOT_SETTINGS = {"nlp", "name", "model", "scorer", "tok2vec"}
ARCHITECTURES = [
    ("rnn_ner", "model", "CRFTagger"),
    ("rnn_textcat", "model", "TextCatRNN"),
    ("rnn_summarizer", "model", "Seq2Seq"),
    ("rnn_ner", "model.tok2vec.embed", "WordEmbed"),
    ("rnn_ner", "model.tok2vec.embed.chars", "CharCNN"),
    ("rnn_ner", "model.tok2vec.encode", "BiLSTMEncoder"),
]


@pytest.fixture(scope="module")
def nlp():
    return spacy.blank("en")


def config_with(component, place, setting, value):
    """The small model of a component, with one value that is wrong."""
    config = {"model": copy.deepcopy(MODELS[component])} if component in MODELS else {}
    if place.endswith("chars"):
        config["model"]["tok2vec"]["embed"]["chars"] = dict(CHARACTERS)
    block = config
    for key in filter(None, place.split(".")):
        block = block[key]
    block[setting] = value
    return config


@pytest.mark.parametrize("component, place, setting, value", CASES)
def test_the_error_names_the_setting(nlp, component, place, setting, value):
    with pytest.raises((ConfigValidationError, ValueError)) as error:
        nlp.create_pipe(component, config=config_with(component, place, setting, value))
    if isinstance(error.value, ConfigValidationError):
        keys = ".".join(str(key) for found in error.value.errors for key in found["loc"])
        assert setting in keys.split(".")
    else:
        assert setting in str(error.value)


@pytest.mark.parametrize("component", SETTINGS)
def test_every_setting_of_a_component_has_cases(nlp, component):
    factory = nlp.get_factory_meta(component)
    assert set(SETTINGS[component][""]) == set(factory.default_config) - NOT_SETTINGS


@pytest.mark.parametrize("component, place, architecture", ARCHITECTURES)
def test_every_setting_of_an_architecture_has_cases(component, place, architecture):
    function = registry.get("architectures", f"spacy-rnn.{architecture}.v1")
    settings = set(inspect.signature(function).parameters) - NOT_SETTINGS
    assert set(SETTINGS[component][place]) - {"misspelt"} == settings
