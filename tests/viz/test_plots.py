"""What stands on the plots, read back from the figures."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from spacy_rnn.viz import paper
from spacy_rnn.viz.attention import plot_attention
from spacy_rnn.viz.confusion import plot_confusion
from spacy_rnn.viz.label_scores import LabelScore, plot_label_scores
from spacy_rnn.viz.lengths import plot_lengths
from spacy_rnn.viz.reliability import plot_reliability
from spacy_rnn.viz.transitions import plot_transitions


def texts(axis):
    return {(t.get_position()[1], t.get_position()[0]): t.get_text() for t in axis.texts}


def names(axis):
    return [t.get_text() for t in axis.get_yticklabels()]


def test_impossible_transitions_are_hatched_and_hold_no_number():
    scores = np.array([[0.25, -1.0], [2.0, 0.0]])
    legal = np.array([[True, True], [True, False]])
    (axis,) = plot_transitions(scores, legal, ["O", "U-A"]).axes
    assert texts(axis)[(0, 1)] == "-1.0" and texts(axis)[(1, 1)] == ""
    assert [patch.get_xy() for patch in axis.patches] == [(0.5, 0.5)]
    assert "-1.0 (white) to 2.0" in axis.get_title()


def test_many_tags_leave_no_room_for_numbers():
    size = 30
    (axis,) = plot_transitions(np.eye(size), np.ones((size, size), bool), ["O"] * size).axes
    assert not axis.texts


def test_frequent_labels_stand_on_top():
    scores = [LabelScore("A", 0.5, 1.0, 3), LabelScore("B", 0.25, 0.0, 9)]
    (axis,) = plot_label_scores(scores).axes
    assert names(axis) == ["B (9)", "A (3)"]
    lines = {line.get_label(): line.get_xydata().tolist() for line in axis.lines}
    assert lines["precision"] == [[0.25, 0], [0.5, 1]] and lines["recall"] == [[0.0, 0], [1.0, 1]]


def test_reliability_compares_probability_and_truth_in_each_bin():
    chances = np.array([0.95, 0.95, 0.25, 0.25, 1.0])
    correct = np.array([True, False, False, True, True])
    upper, lower = plot_reliability(chances, correct).axes
    _, line = upper.lines
    assert line.get_xydata() == pytest.approx(np.array([[0.25, 0.5], [2.9 / 3, 2 / 3]]))
    assert "0.280" in upper.get_title()
    assert [bar.get_height() for bar in lower.patches] == [0, 0, 2, 0, 0, 0, 0, 0, 0, 3]


def test_confusion_shades_the_share_of_a_row():
    counts = np.array([[8, 2], [0, 1]])
    (axis,) = plot_confusion(counts, ["A", "B"]).axes
    assert texts(axis) == {(0, 0): "8", (0, 1): "2", (1, 0): "", (1, 1): "1"}
    assert axis.images[0].get_array().tolist() == [[0.8, 0.2], [0.0, 1.0]]


def test_of_many_labels_those_with_errors_are_drawn():
    counts = np.diag(np.full(40, 5))
    counts[3, 39] = 2
    (axis,) = plot_confusion(counts, [str(i) for i in range(40)]).axes
    assert {"3", "39"} <= set(names(axis)) and len(names(axis)) == 25
    assert "15 labels" in axis.get_title()


def test_attention_has_a_row_for_each_word_written():
    (axis,) = plot_attention(np.eye(2, 3), ["a", "b"], ["x", "y", "z"]).axes
    assert names(axis) == ["a", "b"] and axis.images[0].get_array().shape == (2, 3)


def test_lengths_of_every_pair_are_drawn():
    left, right = plot_lengths([3, 5], [4, 4]).axes
    assert right.lines[1].get_xydata().tolist() == [[3, 4], [5, 4]]
    assert sum(bar.get_height() for bar in left.patches[:-1]) == 2


def test_no_plot_has_a_colour():
    figure = plot_confusion(np.array([[3, 1], [1, 3]]), ["A", "B"])
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())[..., :3].astype(int)
    assert (pixels.max(axis=2) - pixels.min(axis=2)).max() == 0


def test_figures_become_files_and_elements_of_a_page(tmp_path):
    figure = plot_lengths([1], [1])
    png, svg = paper.save(figure, tmp_path / "deep" / "lengths")
    assert png.read_bytes().startswith(b"\x89PNG") and "<svg" in svg.read_text()
    assert paper.to_svg(figure).startswith("<svg") and "http://" not in paper.to_svg(figure)[-500:]


def test_a_missing_matplotlib_is_a_sentence(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "matplotlib.figure", None)
    with pytest.raises(ValueError, match=r"pip install \"spacy-rnn\[plots\]\""):
        paper.new_figure(1, 1)
