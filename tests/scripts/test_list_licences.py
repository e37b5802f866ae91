"""The page of licences names what an installation brings along."""

import re
from importlib.metadata import requires

import list_licences
import pytest


def test_everything_that_we_need_is_listed_with_a_licence(script, tmp_path):
    page = tmp_path / "licences.md"
    assert script("list_licences", page).exit_code == 0
    listed = dict(re.findall(r"^\| ([\w.-]+) \| \S+ \| (.*?) \|", page.read_text(), flags=re.M))
    ours = [re.match(r"[\w-]+", text)[0] for text in requires("spacy-rnn") if "extra" not in text]
    assert len(ours) > 5 and set(ours) <= set(listed)
    assert "thinc" in listed and "pytest" not in listed, "what spaCy needs, and no extras"
    assert all(listed.values()) and listed["spacy"] == "MIT License"


@pytest.mark.parametrize(
    "declared, shown",
    [
        ({"License-Expression": "MIT"}, "MIT"),
        ({"Classifier": "License :: OSI Approved :: BSD License"}, "BSD License"),
        ({"License": "Apache License\nVersion 2.0"}, "Apache License"),
        ({"License": "Copyright (c) somebody. " * 5 + "MIT"}, "MIT"),
        ({"License": "All rights are somebody's. " * 5}, "see package"),
        ({}, "not declared"),
    ],
)
def test_a_licence_is_found_wherever_it_is_declared(monkeypatch, declared, shown):
    from email.message import Message

    metadata = Message()
    for key, value in declared.items():
        metadata[key] = value
    package = type("Package", (), {"metadata": metadata})
    monkeypatch.setattr(list_licences, "distribution", lambda name: package)
    assert list_licences.licence("some") == shown
