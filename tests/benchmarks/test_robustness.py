"""Tests that measure: what they find becomes rows, and what is done is not done again."""

import json

import pytest
import robustness
from journal import Noted, read
from robustness import Bound, Figure
from typer import Typer
from typer.testing import CliRunner

TESTS = """
import pytest

@pytest.mark.parametrize("i", range(3))
def test_it(i, record_property):
    with open({log!r}, "a") as log:
        log.write(str(i))
    record_property("seconds", i)
    record_property("points", 10)
    assert i != {bad}

@pytest.mark.skip
def test_elsewhere():
    pass
"""


@pytest.fixture
def measure(tmp_path, monkeypatch):
    """RETURNS: a function that runs three tests, of which `bad` fails, and gives the rows."""

    def run(bad=-1):
        file = tmp_path / "test_three.py"
        file.write_text(TESTS.format(log=str(tmp_path / "log"), bad=bad))
        figure = Figure(7, "slow", f"pytest {file}", (Bound("seconds", "s", 1.5),), "points")
        monkeypatch.setattr(robustness, "FIGURES", (figure,))
        app, output = Typer(), tmp_path / "rows.json"
        app.command()(robustness.main)
        options = ["--progress", str(tmp_path), "--output", str(output)]
        result = CliRunner().invoke(app, [*options, "--quick"])
        assert result.exit_code == 0, result.output
        return json.loads(output.read_text())

    return run


def test_failures_are_counted_and_the_worst_measurement_is_taken(measure):
    failed, seconds = measure()
    assert (failed["value"], failed["unit"]) == (0.0, "failed of 3 tests, 30 points") and failed[
        "met"
    ]
    assert (seconds["value"], seconds["target"], seconds["met"]) == (2.0, 1.5, False)
    assert failed["command"] == "python benchmarks/robustness.py 7 --quick"


def test_nothing_is_met_where_a_test_fails(measure):
    failed, seconds = measure(bad=0)
    assert failed["value"] == 1.0 and not failed["met"] and not seconds["met"]


def test_what_was_stopped_goes_on(measure, tmp_path):
    expected = measure()
    (journal,) = tmp_path.glob("*.jsonl")
    lines = journal.read_text().splitlines(keepends=True)
    journal.write_text("".join(lines[:2]))
    assert measure() == expected
    assert (tmp_path / "log").read_text() == "012" + "2"
    assert read(journal)[0] == Noted(read(journal)[0].test, "passed", {"seconds": 0, "points": 10})


def test_tests_that_cannot_be_run_are_an_error(tmp_path):
    with pytest.raises(SystemExit, match="ended with 4"):
        robustness.run(Figure(1, "none", f"pytest {tmp_path / 'none.py'}"), True, tmp_path)


def test_every_figure_has_a_row_in_the_table_of_docs():
    from importlib.util import module_from_spec, spec_from_file_location

    script = robustness.ROOT / "scripts" / "document_reliability.py"
    spec = spec_from_file_location("document_reliability", script)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    made_here = {figure.number for figure in robustness.FIGURES}
    assert made_here | {3, 4} == set(module.ASKED) == set(range(1, 22))
    kept = (robustness.ROOT / "docs" / "reliability.md").read_text(encoding="utf8")
    rows = json.loads(robustness.RESULTS.read_text(encoding="utf8"))
    assert module.reliability_table(rows) in kept, "run: python scripts/document_reliability.py"
