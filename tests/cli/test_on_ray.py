"""`spacy rnn apply --engine ray` on a cluster of two workers on this machine."""

import json
import sys

import pytest

NAMES = ("Anna", "Otto", "Lima", "Berlin")


@pytest.fixture
def texts(tmp_path):
    lines = [{"id": i, "text": f"{NAMES[i % 4]} met {i} people"} for i in range(40)]
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf8")
    return path


def test_without_ray_it_says_what_to_install(command, pipeline, texts, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    out = tmp_path / "out.jsonl"
    code, output = command("apply", pipeline("textcat"), texts, out, "--engine", "ray")
    assert code == 1 and 'pip install "spacy-rnn[ray]"' in output and not out.exists()


@pytest.fixture
def on_ray(command, monkeypatch):
    """A function that runs `apply` on two workers."""
    pytest.importorskip("ray")
    monkeypatch.delenv("RAY_ADDRESS", raising=False)

    def run(*arguments):
        return command("apply", *arguments, "--engine", "ray", "-n", 2, "--batch-size", 4)

    return run


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["jsonl", "spacy"])
def test_the_output_is_that_of_one_machine(command, on_ray, pipeline, texts, tmp_path, suffix):
    model = pipeline("rnn_ner", "rnn_textcat")
    alone, together = tmp_path / f"alone.{suffix}", tmp_path / f"together.{suffix}"
    assert command("apply", model, texts, alone, "--batch-size", 4)[0] == 0
    code, output = on_ray(model, texts, together)
    assert code == 0 and "40 texts" in output
    if suffix == "jsonl":
        assert together.read_bytes() == alone.read_bytes()
    else:
        assert contents(together) == contents(alone)


def contents(path):
    import spacy
    from spacy.tokens import DocBin

    docs = DocBin().from_disk(path).get_docs(spacy.blank("en").vocab)
    return [(doc.text, [(e.text, e.label_) for e in doc.ents], doc.cats) for doc in docs]


DIES = """
import os, signal
from pathlib import Path
from spacy.language import Language

@Language.factory("deadly")
def make(nlp, name, flag: str):
    def die(doc):
        if "17" in doc.text and not Path(flag).exists():
            if Path(flag).name == "once":
                Path(flag).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        doc.cats["CALM"] = 1.0
        return doc
    return die
"""


@pytest.fixture
def deadly(tmp_path, monkeypatch):
    """A function that saves a pipeline which kills its process at a certain text."""
    import spacy

    (tmp_path / "deadly_component.py").write_text(DIES)
    about = tmp_path / "deadly_component-1.dist-info"
    about.mkdir()
    (about / "entry_points.txt").write_text("[spacy_factories]\ndeadly = deadly_component:make\n")
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: deadly_component\nVersion: 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    # Once a process: spaCy knows a factory for good.
    import deadly_component  # noqa: F401

    def save(flag):
        nlp = spacy.blank("en")
        nlp.add_pipe("deadly", config={"flag": str(tmp_path / flag)})
        nlp.to_disk(tmp_path / "model")
        return tmp_path / "model"

    return save


@pytest.mark.slow
def test_what_a_dead_worker_had_is_done_by_another(on_ray, deadly, texts, tmp_path):
    code, _ = on_ray(deadly("once"), texts, tmp_path / "out.jsonl")
    found = [json.loads(line) for line in (tmp_path / "out.jsonl").open()]
    assert code == 0 and (tmp_path / "once").exists(), "a worker has died"
    assert [line["id"] for line in found] == list(range(40))
    assert all(line["cats"] == {"CALM": 1.0} for line in found)


@pytest.mark.slow
def test_a_mistake_in_the_texts_is_told_in_a_sentence(on_ray, pipeline, texts, tmp_path):
    with texts.open("a") as file:
        file.write('{"txt": "no text"}\n')
    code, output = on_ray(pipeline("textcat"), texts, tmp_path / "out.jsonl")
    assert code == 1 and "line 41: no field 'text'" in output and "Traceback" not in output
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.slow
def test_texts_that_kill_every_worker_end_in_a_sentence(on_ray, deadly, texts, tmp_path):
    code, output = on_ray(deadly("never"), texts, tmp_path / "out.jsonl")
    assert code == 1 and "Workers died 4 times" in output
    assert not (tmp_path / "out.jsonl").exists()
