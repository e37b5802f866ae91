"""The figures of reliability as rows."""

import json

import pytest
import reliability
from typer import Typer
from typer.testing import CliRunner

WANTED = "name value unit target met peer command seed versions".split()


def test_figures_are_measured_and_merged_into_the_result_file(tmp_path, monkeypatch):
    monkeypatch.setattr(reliability, "MEASURES", (reliability.hostile_configs, reliability.damaged))
    app, output = Typer(), tmp_path / "reliability.json"
    app.command()(reliability.main)
    for _ in range(2):
        result = CliRunner().invoke(app, ["--cases", "5", "--output", str(output)])
        assert result.exit_code == 0, result.output
    rows = json.loads(output.read_text())
    assert len(rows) == 3 and all(row["value"] == 0 and row["met"] for row in rows)
    assert all(set(WANTED) <= set(row) for row in rows)
    assert rows[0]["command"] == "python benchmarks/reliability.py --cases 5 --seed 0"


@pytest.mark.parametrize("value, met", [(0.9, True), (1.0, True), (1.1, False)])
def test_a_target_is_an_upper_bound(value, met):
    row = reliability.to_row(reliability.Figure("time", value, "s", 1.0), cases=1, seed=0)
    assert row["met"] is met and row["target"] == 1.0
