"""Every component says what is wrong when it is used at the wrong moment."""

import pytest

from tests.bad_input.lifecycle import CASES, FINE, Life


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(
    "component, name, action, expected", CASES, ids=[f"{case[0]}-{case[1]}" for case in CASES]
)
def test_it_leads_to_what_the_catalogue_says(tiny, component, name, action, expected):
    life = Life(component, tiny.get_pipe(component).to_bytes())
    if expected == FINE:
        action(life)
        return
    with pytest.raises(expected.error) as error:
        action(life)
    assert expected.message in str(error.value)
