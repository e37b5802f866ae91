"""Whoever waits for workers hears of the first that dies, and hears it."""

import multiprocessing
import os
import signal
import time

import pytest

from spacy_rnn.cli import workers
from spacy_rnn.cli.workers import noticing_dead_workers

pytestmark = pytest.mark.skipif(not hasattr(os, "waitid"), reason="needs waitid")


@pytest.fixture
def die(monkeypatch):
    monkeypatch.setattr(workers, "PATIENCE", 0.2)
    # Asks for the end of what other tests have left.
    multiprocessing.active_children()
    before = signal.getsignal(signal.SIGCHLD)
    children = []

    def fork(status):
        child = os.fork()
        if child == 0:
            os._exit(status)
        children.append(child)

    yield fork
    assert signal.getsignal(signal.SIGCHLD) is before
    for child in children:
        os.waitpid(child, 0)


def test_a_death_ends_the_wait(die):
    with pytest.raises(ChildProcessError, match="exit code 3"), noticing_dead_workers():
        die(3)
        time.sleep(20)


def test_who_ends_well_is_not_dead(die):
    with noticing_dead_workers():
        die(0)
        time.sleep(0.3)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_death_that_was_ignored_is_told_again(die):
    class Ignores:
        def __del__(self):
            die(3)
            time.sleep(20)

    start = time.monotonic()
    with pytest.raises(ChildProcessError, match="exit code 3"), noticing_dead_workers():
        Ignores()
        time.sleep(20)
    assert time.monotonic() - start < 10.0


def test_others_that_die_meanwhile_are_not_told(die):
    with pytest.raises(ChildProcessError, match="exit code 3"), noticing_dead_workers():
        try:
            die(3)
            time.sleep(20)
        finally:
            die(4)
            time.sleep(0.1)
