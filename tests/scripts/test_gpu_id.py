"""`--vars.gpu_id` reaches every command of the project that trains or evaluates."""

from pathlib import Path

import srsly

ROOT = Path(__file__).parents[2]


def test_every_training_and_evaluation_is_told_the_gpu():
    project = srsly.read_yaml(ROOT / "project.yml")
    lines = [line for command in project["commands"] for line in command["script"]]
    heavy = [line for line in lines if " train " in line or "evaluate.py" in line]
    assert len(heavy) >= 2 * len(list((ROOT / "configs").glob("*.cfg")))
    assert not [line for line in heavy if "--gpu-id ${vars.gpu_id}" not in line]


def test_every_config_shares_memory_with_torch_and_survives_a_batch_that_does_not_fit():
    for path in (ROOT / "configs").glob("*.cfg"):
        text = path.read_text("utf8")
        assert 'gpu_allocator = "pytorch"' in text, path
        assert "spacy-rnn.halve_batches.v1" in text, path
