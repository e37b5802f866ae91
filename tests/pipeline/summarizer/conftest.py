"""Summarizers that several files of tests look at."""

import pytest

from tests.pipeline.summarizer.pipelines import MODEL, trained


@pytest.fixture(scope="session")
def summarizer():
    return trained(origins_attr="origins")


@pytest.fixture(scope="session")
def spelling():
    """Writes subwords."""
    units = {"target_units": "subwords", "vocabulary_size": 120, "min_count": 20}
    return trained(origins_attr="origins", **units)


@pytest.fixture(scope="session")
def short_sighted():
    """Looks at as many tokens as a text of its training has, and no further."""
    return trained(model={**MODEL, "max_source_length": 18}, origins_attr="origins")


@pytest.fixture
def chunked(short_sighted):
    """Reads long sources in pieces."""
    pipe = short_sighted.get_pipe("summarizer")
    pipe.long_sources = "chunked"
    yield short_sighted
    pipe.long_sources = "lead"
