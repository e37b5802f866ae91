"""Settings to vary, as they are written on a command line."""

import optuna
import pytest

from spacy_rnn.training.search.keys import Choice, Range, parse_key


@pytest.mark.parametrize(
    "text, key",
    [
        ("training.dropout=0.1:0.5", Range("training.dropout", 0.1, 0.5)),
        ("a.rate=1e-4:1e-2:log", Range("a.rate", 1e-4, 1e-2, log=True)),
        ("a.width=64:256:32", Range("a.width", 64, 256, step=32)),
        ("a.cell=lstm,gru", Choice("a.cell", ("lstm", "gru"))),
        ('a.attrs=["A","B"],["A"]', Choice("a.attrs", ('["A","B"]', '["A"]'))),
        ("a.b=true", Choice("a.b", ("true",))),
    ],
)
def test_ranges_and_choices_are_read(text, key):
    assert parse_key(text) == key


@pytest.mark.parametrize(
    "text", ["dropout=1:2", "a.b", "a.b=", "a.b=5:1", "a.b=0:1:log", "a.b=x:y", "a.b=1:2:3:4"]
)
def test_what_cannot_be_read_is_explained(text):
    with pytest.raises(ValueError, match="should look like: training.dropout=0.1:0.5"):
        parse_key(text)


@pytest.mark.parametrize(
    "text, value",
    [
        ("a.b=1:3", 2),
        ("a.b=1.0:3", 2.0),
        ("a.b=64:128:32", 96),
        ("a.b=lstm,gru", "gru"),
        ("a.b=true,3", True),
        ('a.b=["A","B"],null', ["A", "B"]),
    ],
)
def test_values_have_the_type_that_a_config_gives_them(text, value):
    key = parse_key(text)
    picked = ("gru", "true", '["A","B"]')
    stored = next((t for t in getattr(key, "texts", ()) if t in picked), value)
    found = key.suggest(optuna.trial.FixedTrial({"a.b": stored}))
    assert found == value and type(found) is type(value)
