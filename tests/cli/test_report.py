"""`spacy rnn report` and `spacy rnn plot` as commands."""

import pytest


@pytest.fixture
def corpus(docs):
    return docs("Anna sings", "I run")


def test_the_page_goes_where_it_should(command, pipeline, corpus, tmp_path):
    model, page = pipeline("rnn_ner"), tmp_path / "deep" / "page.html"
    code, _ = command("report", model, "--corpus", corpus, "-o", page, "--limit", "1")
    assert code == 0 and "On 1 texts" in page.read_text()
    assert command("report", model, "--corpus", corpus)[0] == 0
    assert (model / "report.html").is_file()


@pytest.mark.parametrize("name", ["report", "plot"])
def test_mistakes_are_told_in_a_sentence(command, pipeline, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    model = pipeline("rnn_ner")
    code, output = command(name, tmp_path)
    assert code == 1 and ("holds no trained pipeline" in output or "has no log.jsonl" in output)
    code, output = command(name, model, "--corpus", tmp_path / "no.spacy")
    assert code == 1 and "There is no corpus" in output
    code, output = command(name, model)
    assert code == 1 and "--corpus FILE.spacy" in output
    assert [path.name for path in tmp_path.iterdir()] == ["pipeline"], "nothing is left behind"
