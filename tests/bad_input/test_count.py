"""The catalogue is as large as it says."""

import pytest

from tests.bad_input import annotations, files, lifecycle, settings, texts
from tests.conftest import MODELS

AT_LEAST = 150
PARTS = (annotations, files, lifecycle, settings)


@pytest.mark.parametrize("component", MODELS)
def test_every_component_has_at_least_150_cases(component, record_property):
    cases = {part.__name__: sum(c[0] == component for c in part.CASES) for part in PARTS}
    cases[texts.__name__] = len(texts.TEXTS) + len(texts.NO_TEXTS)
    assert min(cases.values()) >= 20
    assert sum(cases.values()) >= AT_LEAST
    record_property("cases", sum(cases.values()))
