"""How the compiled kernels are built, found and chosen."""

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import pytest

from spacy_rnn import native
from spacy_rnn.native import calls, library

built = pytest.mark.skipif(not native.kinds(), reason="the compiled kernels are not built")


@built
@pytest.mark.parametrize("value", ["0", "false", " OFF "])
def test_the_environment_switches_them_off(monkeypatch, value):
    monkeypatch.setenv(library.SWITCH, value)
    assert library._choose() is None


@built
def test_the_environment_chooses_among_those_of_the_processor(monkeypatch):
    for kind in native.kinds():
        monkeypatch.setenv(library.SWITCH, kind.upper())
        assert library._choose() == kind
    for value in ("", "1"):
        monkeypatch.setenv(library.SWITCH, value)
        assert library._choose() == native.kinds()[0]
    monkeypatch.setenv(library.SWITCH, "sse")
    with pytest.raises(ValueError, match="SPACY_RNN_NATIVE must be 0, 1 or one of"):
        library._choose()


@built
def test_what_was_compiled_from_other_sources_is_refused(monkeypatch):
    class Other(calls.Call):
        _fields_ = [*calls.Sums._fields_, ("new", ctypes.c_int64)]

    monkeypatch.setitem(library.KERNELS, "sums", Other)
    with pytest.warns(UserWarning, match="do not fit, build them again: sums"):
        assert library._load() is None


def test_without_a_compiler_one_line_says_so_and_nothing_fails(tmp_path):
    command = [sys.executable, "setup.py", "build_ext", f"--build-lib={tmp_path}"]
    result = subprocess.run(
        [*command, f"--build-temp={tmp_path}"],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "CC": "/nonexistent", "CXX": "/nonexistent"},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0
    lines = [line for line in result.stderr.splitlines() if "spacy-rnn:" in line]
    assert len(lines) == 1 and "installed without its compiled kernels: " in lines[0]
    assert not list(tmp_path.rglob("_kernels*"))
