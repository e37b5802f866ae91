"""The snippets of docs/guides/summarization.md run as they stand."""

import re
from pathlib import Path

import spacy

GUIDE = Path(__file__).parents[3] / "docs" / "guides" / "summarization.md"
CONFIG = {"origins_attr": "origins", "min_count": 1}


def test_the_snippets_of_the_guide_run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    nlp = spacy.blank("en")
    pipe = nlp.add_pipe("rnn_summarizer", name="summarizer", config=CONFIG)
    example = spacy.training.Example.from_dict(nlp.make_doc("A boat sailed."), {})
    example.reference._.summary = "A boat"
    nlp.initialize(lambda: [example])
    Path("training").mkdir()
    nlp.to_disk("training/model-best")
    code = "\n".join(re.findall(r"```python\n(.*?)```", GUIDE.read_text("utf8"), re.DOTALL))
    exec(compile(code, str(GUIDE), "exec"), {})
    assert pipe.origins_attr == "origins" and "<title>" in Path("summary.html").read_text("utf8")
    assert capsys.readouterr().out
