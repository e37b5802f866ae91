"""What evaluate, compare and demo print about trained pipelines."""

import json

import pytest
import spacy


@pytest.fixture
def trained(script, write, tmp_path):
    """A classifier of two texts where the project's commands put it. RETURNS: its folder."""
    lines = [{"text": "all is good", "label": "yes"}, {"text": "all is [bad]", "label": "no"}]
    assets = write("mine/textcat/PART.jsonl", "\n".join(map(json.dumps, lines)))
    corpus = tmp_path / "corpus" / "textcat"
    assert script("convert_textcat", "mine", assets, corpus).exit_code == 0
    nlp = spacy.blank("en")
    nlp.add_pipe("textcat").initialize(
        lambda: spacy.training.Corpus(corpus / "train.spacy")(nlp), nlp=nlp
    )
    model = tmp_path / "training" / "textcat" / "model-best"
    model.parent.mkdir(parents=True)
    nlp.to_disk(model)
    return tmp_path


def test_evaluate_writes_and_prints_every_score(script, trained):
    model = trained / "training" / "textcat" / "model-best"
    test, output = (
        trained / "corpus" / "textcat" / "test.spacy",
        trained / "metrics" / "textcat.json",
    )
    result = script("evaluate", model, test, output)
    assert result.exit_code == 0, result.output
    scores = json.loads(output.read_text())
    assert "cats_micro_f" in scores and f"{scores['cats_micro_f']:.4f}" in result.output
    assert script("evaluate", trained / "nothing", test, output).exit_code == 2


def test_demo_shows_predictions_beside_gold(script, trained):
    result = script("demo", trained / "training", trained / "corpus")
    assert result.exit_code == 0, result.output
    assert "all is [bad]" in result.output and result.output.count("predicted") == 2
    assert "gold      yes 1.00" in result.output
    result = script("demo", trained / "nothing", trained / "corpus")
    assert result.exit_code == 1 and "spacy project run train" in result.output


def test_compare_ranks_the_trained_pipeline_among_the_others(script, tmp_path):
    rows = [
        {
            "task": "textcat",
            "corpus": "banking77",
            "system": s,
            "budget": 300,
            "metric": m,
            "value": v,
        }
        for s, m, v in [
            ("weak", "accuracy", 60.0),
            ("weak", "accuracy", 62.0),
            ("weak", "train_cpu", 9.0),
            ("strong", "accuracy", 90.0),
            ("strong", "train_cpu", 299.0),
        ]
    ]
    (tmp_path / "rows.json").write_text(json.dumps(rows))
    result = script("compare", "real", tmp_path, tmp_path / "rows.json")
    assert result.exit_code == 1 and "no scores" in result.output
    (tmp_path / "textcat.json").write_text('{"cats_micro_f": 0.7512}')
    result = script("compare", "real", tmp_path, tmp_path / "rows.json")
    lines = [line for line in result.output.splitlines() if "banking77" in line]
    assert ["strong" in lines[0], "75.12" in lines[1], "61.00" in lines[2]] == [True] * 3
