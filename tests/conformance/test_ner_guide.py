"""The snippets of docs/guides/ner.md, one after the other, on a small pipeline."""

import copy
import re
from pathlib import Path

import spacy
from spacy.util import load_config_from_str

from tests.pipeline.ner.pipelines import SMALL, examples, found, train, trained

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "ner.md"


def test_the_snippets_of_the_guide_run(tmp_path, monkeypatch):
    model = tmp_path / "training" / "sample" / "ner" / "model-best"
    model.parent.mkdir(parents=True)
    trained(spans_key="ents").to_disk(model)
    monkeypatch.chdir(tmp_path)
    snippets = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf8"), flags=re.S)
    assert len(snippets) == 5
    names = {}
    for snippet in snippets:
        exec(compile(snippet, GUIDE.name, "exec"), names)
    assert names["html"].startswith("<!DOCTYPE html>")
    assert names["layers"].pipe_names == ["outer", "inner"]


def test_its_character_encoders_stand_side_by_side(tmp_path):
    (snippet,) = re.findall(r"```ini\n(.*?)```", GUIDE.read_text(encoding="utf8"), flags=re.S)
    chars = load_config_from_str(snippet.replace("components.ner.model.tok2vec.embed.", ""))
    config = copy.deepcopy(SMALL)
    config["model"]["tok2vec"]["embed"]["chars"] = chars["chars"]
    nlp = spacy.blank("en")
    nlp.add_pipe("rnn_ner", name="ner", config=config)
    nlp.initialize(lambda: examples(nlp))
    train(nlp)
    nlp.to_disk(tmp_path)
    docs = [spacy.load(tmp_path)(example.text) for example in examples(nlp)]
    assert list(map(found, docs)) == [found(example.reference) for example in examples(nlp)]
    embed = nlp.get_pipe("ner").model.get_ref("tok2vec").layers[0]
    assert embed.get_dim("nO") == 24 + 8 + 50 + 50
