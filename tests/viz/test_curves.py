"""Curves of trainings."""

import json

import pytest

from spacy_rnn.viz.curves import plot_runs, read_run


def rows(rate):
    for i, words in enumerate((100, 300, 700)):
        yield {
            "step": 10 * i,
            "losses": {"ner": 50.0 * i},
            "scores": {"ents_f": 0.1 * i, "speed": 9000.0},
            "words": words,
            "learn_rate": rate,
            "grad_norm": None,
        }


@pytest.fixture
def runs(tmp_path):
    for name, rate in (("a", 0.1), ("b", 0.2)):
        (tmp_path / name).mkdir()
        lines = "".join(json.dumps(row) + "\n" for row in rows(rate))
        (tmp_path / name / "log.jsonl").write_text(lines)
    return [read_run(tmp_path / name) for name in "ab"]


def points(axis):
    return {line.get_label(): line.get_xydata().tolist() for line in axis.lines}


def test_the_numbers_of_the_log_are_drawn(runs):
    loss, score, rate, norm = plot_runs(runs[:1]).axes
    assert points(loss) == {"ner": [[10, 0.25], [20, 0.25]]}
    assert points(score) == {"ents_f": [[0, 0.0], [10, 0.1], [20, 0.2]]}
    assert points(rate) == {"learn_rate": [[0, 0.1], [10, 0.1], [20, 0.1]]}
    assert points(norm) == {} and "not in the log" in norm.texts[0].get_text()


def test_runs_differ_by_name_and_without_colour(runs):
    score = plot_runs(runs).axes[1]
    assert list(points(score)) == ["a ents_f", "b ents_f"]
    looks = {(line.get_linestyle(), line.get_marker()) for line in score.lines}
    assert len(looks) == 2


def test_a_directory_without_a_log_is_named(tmp_path):
    with pytest.raises(ValueError, match="has no log.jsonl"):
        read_run(tmp_path)
    (tmp_path / "log.jsonl").write_text("")
    with pytest.raises(ValueError, match="no evaluation yet"):
        read_run(tmp_path)
