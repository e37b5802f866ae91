"""Hostile pipelines run nothing, and take neither time nor memory."""

import subprocess
import sys
from pathlib import Path
from time import process_time

import pytest
import spacy
import srsly
import torch

from spacy_rnn import Bounds, ModelFileError, safe_load, write_manifest
from spacy_rnn.safety.config_check import check_config
from tests.safety import hostile

ROOT = Path(__file__).parents[2]


@pytest.fixture
def ran():
    with hostile.installed() as calls:
        yield calls


def refusal(folder, **settings):
    """RETURNS: the error's text. It must come within seconds of CPU time."""
    start = process_time()
    with pytest.raises(ModelFileError) as error:
        safe_load(folder, **settings)
    # On a busy machine; on an idle one it takes less than one.
    assert process_time() - start < 5.0
    assert str(folder) in str(error.value)
    return str(error.value)


@pytest.mark.parametrize("name", hostile.CONFIGS)
def test_a_config_that_would_run_code_is_refused(spoilt, ran, name):
    change = hostile.CONFIGS[name]
    copy = spoilt(lambda copy: hostile.replaced(copy, change), seal=False)
    try:
        write_manifest(copy)
    except ModelFileError as error:
        assert change.says in str(error)
    else:
        assert change.says in refusal(copy)
    assert change.says in refusal(copy, require_manifest=False)
    assert ran == []


def test_what_the_caller_allows_is_run(spoilt, ran):
    copy = spoilt(lambda copy: hostile.replaced(copy, hostile.CONFIGS["before_creation"]))
    assert safe_load(copy, allow=["hostile.v1"]) and ran


@pytest.mark.parametrize("name", hostile.BOMBS)
def test_a_config_that_would_fill_the_memory_is_refused(spoilt, name):
    change = hostile.BOMBS[name]
    copy = spoilt(lambda copy: hostile.replaced(copy, change), seal=False)
    assert change.says in refusal(copy, require_manifest=False)


@pytest.mark.parametrize("name", hostile.FILES)
def test_a_file_that_would_fill_the_memory_is_refused(spoilt, name):
    message = refusal(spoilt(lambda copy: hostile.rewritten(copy, name)))
    assert name.split(":")[0] in message


# Not the one that loads another pipeline: what it trains is saved without that.
OWN = [p for p in sorted((ROOT / "configs").glob("*.cfg")) if p.stem != "summarizer_transfer"]


@pytest.mark.parametrize("config", OWN, ids=lambda p: p.stem)
def test_the_projects_own_configs_need_no_permission(config):
    filled = spacy.util.load_config(config, interpolate=True)
    assert check_config(filled, (), Bounds()).functions


def test_larger_sizes_can_be_asked_for(spoilt):
    copy = spoilt(lambda copy: hostile.replaced(copy, hostile.BOMBS["depth"]))
    assert "bound of 10" in refusal(copy, bounds=Bounds(depth=10))


class Bomb:
    """Pickled into weights: leaves a file behind when it is unpickled."""

    def __init__(self, trace):
        self.trace = trace

    def __reduce__(self):
        return Path.touch, (self.trace,)


@pytest.mark.filterwarnings("ignore:Environment variable TORCH_FORCE")
def test_pickled_weights_are_not_unpickled(spoilt, tmp_path, monkeypatch):
    monkeypatch.setenv("TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD", "1")
    trace = tmp_path / "trace"
    torch.save(Bomb(trace), tmp_path / "bomb")

    def plant(copy):
        model = copy / "rnn_ner" / "model"
        content = srsly.msgpack_loads(model.read_bytes())
        content["shims"] = [
            [(tmp_path / "bomb").read_bytes() for _ in shims] for shims in content["shims"]
        ]
        model.write_bytes(srsly.msgpack_dumps(content))

    copy = spoilt(plant)
    for load in (spacy.load, safe_load):
        with pytest.raises(ModelFileError, match="not weights written by spacy-rnn"):
            load(copy)
    assert not trace.exists()
    torch.load(tmp_path / "bomb")
    assert trace.exists(), "the bomb would have gone off"


@pytest.mark.parametrize("sizes", [{"depth": 20_000_000}, {"blocks": 10**9}, {"blocks": "2"}])
def test_weights_cannot_ask_for_other_sizes_than_the_config(spoilt, sizes):
    def ask(block):
        from safetensors.torch import load, save

        from spacy_rnn.layers import weight_file as w

        body = block[len(w.MAGIC) + 32 :]
        body = save(load(body), metadata={"sizes": w.json.dumps(sizes)})
        return w.MAGIC + w.hashlib.sha256(body).digest() + body

    def plant(copy):
        model = copy / "rnn_ner" / "model"
        content = srsly.msgpack_loads(model.read_bytes())
        content["shims"] = [[ask(block) for block in shims] for shims in content["shims"]]
        model.write_bytes(srsly.msgpack_dumps(content))

    assert "belong to another layer" in refusal(spoilt(plant))


@pytest.mark.slow
def test_the_largest_sizes_within_bounds_cost_little(sealed):
    """One number of the config after the other is set to its bound: an error, or a load."""
    script = Path(__file__).with_name("largest_sizes.py")
    result = subprocess.run(
        [sys.executable, str(script), str(sealed)], capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
    figures = srsly.json_loads(result.stdout)
    assert figures["cases"] > 10
    assert figures["seconds"] < 1.0 and figures["megabytes"] < 200
