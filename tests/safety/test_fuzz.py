"""Nothing damaged is loaded as if nothing had happened."""

import shutil

import pytest

from spacy_rnn import safe_load, write_manifest
from tests.safety import fuzz


@pytest.fixture
def folder(sealed, tmp_path):
    return shutil.copytree(sealed, tmp_path / "pipeline")


@pytest.mark.parametrize(
    "cases", [500, pytest.param(10_000, marks=pytest.mark.slow, id="ten thousand")]
)
def test_damage_is_found_by_the_manifest(folder, cases):
    result = fuzz.fuzz(folder, cases, 0, safe_load)
    assert result.failures == []
    assert result.refused > 0.95 * cases and result.harmless < 0.05 * cases
    assert safe_load(folder), "the folder was put right every time"


@pytest.mark.parametrize(
    "cases", [25, pytest.param(2000, marks=pytest.mark.slow, id="two thousand")]
)
def test_what_was_damaged_before_it_was_sealed_is_refused_or_can_be_read(folder, cases):
    # A wrong letter in a list of labels cannot be told from a right one; that is what the
    # manifest is for. But no file may end in an error that does not say which file it is.
    result = fuzz.fuzz(folder, cases, 1, safe_load, prepare=write_manifest)
    assert result.bare == [] and result.refused > 0.5 * cases


@pytest.mark.parametrize(
    "cases", [60, pytest.param(10_000, marks=pytest.mark.slow, id="ten thousand")]
)
def test_a_flipped_bit_in_weights_is_found_without_a_manifest(folder, cases):
    damages = fuzz.weight_flips(fuzz.read_files(folder), cases, 0)
    assert fuzz.judge(folder, damages, fuzz.components_reader(folder)).refused == cases
