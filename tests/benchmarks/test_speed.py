"""The benchmark of speed: its clock, its verdicts, and that it runs."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_the_clock_counts_the_work_of_each_candidate():
    from speed_of.stopwatch import interleave, times_as_fast

    def work(seconds):
        end = time.process_time() + seconds
        while time.process_time() < end:
            pass

    seconds = interleave({"one": lambda i: work(0.01), "three": lambda i: work(0.03)}, 3)
    assert [len(each) for each in seconds.values()] == [3, 3]
    assert times_as_fast(seconds, "one", "three") == pytest.approx(3.0, rel=0.3)


def test_a_round_for_warming_up_is_not_counted():
    from speed_of.stopwatch import interleave

    seen = []
    seconds = interleave({"only": seen.append}, 2)
    assert seen == [-1, 0, 1]
    assert len(seconds["only"]) == 2


@pytest.mark.parametrize(
    "value,target,at_most,met",
    [(2.0, 1.5, False, True), (2.0, 1.5, True, False), (2.0, None, True, None)],
)
def test_a_figure_knows_whether_its_target_is_met(value, target, at_most, met):
    from speed_of.stopwatch import Figure

    assert Figure("x", value, "s", target, at_most).met is met


def test_portions_do_not_repeat_texts_before_all_are_used():
    from speed_of.texts import portions

    texts = [f"text number {i}" for i in range(6)]
    first, second = portions(texts, 9, 2)
    assert first == texts[:3] and second == texts[3:]


@pytest.mark.slow
def test_every_figure_is_measured_on_the_sample(tmp_path):
    command = [sys.executable, str(ROOT / "benchmarks" / "speed.py"), "--quick"]
    done = subprocess.run(
        [*command, "--assets", str(ROOT / "assets"), "--corpus-dir", str(tmp_path)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    for name in ("encoder/training", "crf/viterbi", "search/beam-4", "ner/inference", "textcat/"):
        assert name in done.stdout
