"""`spacy rnn card`."""

import json

import spacy

from spacy_rnn.report.card import Facts, model_card


def test_without_test_scores_it_says_that_they_are_of_the_dev_corpus(command, pipeline):
    model = pipeline("rnn_ner")
    meta = json.loads((model / "meta.json").read_text())
    meta["performance"] = {"ents_f": 0.5, "ents_per_type": {"N": {"p": 0.4, "r": 0.4, "f": 0.4}}}
    (model / "meta.json").write_text(json.dumps(meta))
    more = ("--data", "notes of a ship", "--limits", "Not for weather.")
    code, _ = command("card", model, *more)
    card = (model / "README.md").read_text()
    assert code == 0 and "Measured on the dev corpus" in card and "| ents_f | 0.5000 |" in card
    assert "- `rnn_ner` marks entities in `doc.ents`: `N`" in card
    assert "(F-score below 0.5): N." in card and "- Not for weather." in card
    assert "## Training data\n\nnotes of a ship" in card and "## Licence\n\nNot stated." in card


def test_a_card_says_what_a_written_text_may_get_wrong():
    nlp = spacy.blank("en")
    nlp.add_pipe("rnn_summarizer", config={"attr": "title"})
    card = model_card(nlp, Facts({}, "nothing"))
    assert "`doc._.title`" in card and "may be fluent and wrong" in card


def test_mistakes_are_told_in_a_sentence(command, pipeline, tmp_path):
    code, output = command("card", tmp_path)
    assert code == 1 and "is not a saved pipeline" in output
    code, output = command("card", pipeline("rnn_ner"), "--scores", tmp_path / "no.json")
    assert code == 1 and "There is no file" in output
