"""A training through our launcher, hit at any access to the disk: no model is lost or mixed."""

import hashlib
import io
import json
import multiprocessing
import os
import sys
from pathlib import Path

import pytest

from spacy_rnn.training.run.saving import Saver
from spacy_rnn.training.run.start import start_run
from tests.faults.disk import FAULTS, Disk, nothing

FORK = multiprocessing.get_context("fork")
MODELS = ("model-last", "model-best")
POINTS, ALL_POINTS = 12, 510
# Far above what a sitting needs on a busy machine: beyond it, it hangs.
SECONDS = 600


def digest(model: Path) -> str:
    """Of every file of a model, and its name."""
    files = sorted(path for path in model.rglob("*") if path.is_file())
    block = [path.relative_to(model).as_posix().encode() + path.read_bytes() for path in files]
    return hashlib.sha256(b"\0".join(block)).hexdigest()


def digests(output: Path) -> dict:
    return {name: digest(output / name) for name in MODELS if (output / name).exists()}


def end_of(output: Path):
    """What a run ends with: its models, and the score of every evaluation."""
    state = json.loads((output / "checkpoint" / "state.json").read_text())
    return digests(output), state["progress"]["results"]


def sit(config, output, report, at=sys.maxsize, fault=nothing):
    """One sitting in a process of its own. report: a file for what is seen on the way."""
    seen = {"models": [], "accesses": 0, "had_best": False}
    save_model = Saver.save_model

    def save_and_note(self, is_best):
        save_model(self, is_best)
        seen["models"].append(digests(output))

    def note_and_fail(disk, writes):
        if disk.count == at:
            seen["had_best"] = (output / "model-best").exists()
            write_report()
        fault(disk, writes)

    def write_report():
        seen["accesses"] = disk.count
        os.write(handle, json.dumps(seen).encode() + b"\n")

    handle = os.open(report, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    Saver.save_model = save_and_note
    disk = Disk(output, at, note_and_fail)
    disk.watch()
    run = start_run(config, output, {}, resume=True, checkpoint_every=1)
    signal = run.train(io.StringIO(), io.StringIO())
    write_report()
    sys.exit(signal)


def in_child(*args):
    """RETURNS: the exit code of a sitting, and its last report."""
    child = FORK.Process(target=quietly, args=args)
    child.start()
    child.join(SECONDS)
    assert child.exitcode is not None, "it hangs"
    return child.exitcode, json.loads(args[2].read_bytes().splitlines()[-1])


def quietly(*args):
    """The errors of a sitting go into a file beside its report."""
    sys.stderr = args[2].with_suffix(".errors").open("w")
    sit(*args)


@pytest.fixture(scope="module")
def whole(small_config, tmp_path_factory):
    """An undisturbed run: what it ends with, and what was seen on the way."""
    folder = tmp_path_factory.mktemp("whole")
    code, seen = in_child(small_config, folder / "out", folder / "report")
    assert code == 0
    return end_of(folder / "out"), seen


def check(config, folder, whole, point, fault):
    """Hit a run at a point, and let it go on."""
    end, seen = whole
    output = folder / f"{fault.__name__}-{point}"
    _, hit = in_child(config, output, folder / "hit", point, fault)
    valid = {digest for models in seen["models"] for digest in models.values()}
    assert set(digests(output).values()) <= valid, "a model that can be seen is whole"
    assert (output / "model-best").exists() or not hit["had_best"]
    code, _ = in_child(config, output, folder / "report")
    assert code == 0, (folder / "report.errors").read_text()
    assert end_of(output) == end
    assert not list(output.glob(".*")), "nothing half-written stays"


def spread(count, accesses):
    """Points from the first access to the last, each with one of the faults."""
    for i in range(count):
        yield 1 + i * (accesses - 1) // (count - 1), FAULTS[i % len(FAULTS)]


def test_a_fault_anywhere_loses_no_model(small_config, tmp_path, whole):
    for point, fault in spread(POINTS, whole[1]["accesses"]):
        check(small_config, tmp_path, whole, point, fault)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
def test_faults_everywhere_lose_no_model(small_config, tmp_path, whole, part, record_property):
    points = list(spread(ALL_POINTS, whole[1]["accesses"]))[part::10]
    for point, fault in points:
        check(small_config, tmp_path, whole, point, fault)
    record_property("points", len(points))
