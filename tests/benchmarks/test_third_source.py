"""The benchmark of calibration that is carried to another source."""

import third_source
from spacy.tokens import DocBin

from tests.pipeline.ner.pipelines import TEXTS, examples, trained


def test_sources_are_cut_where_they_begin(tmp_path, monkeypatch):
    monkeypatch.setattr(third_source, "SOURCES", {"one": 0, "two": 1})
    nlp = trained(steps=1)
    docs = [example.y for example in examples(nlp)]
    DocBin(docs=docs[:3]).to_disk(tmp_path / "train.spacy")
    DocBin(docs=docs[3:]).to_disk(tmp_path / "dev.spacy")
    found = third_source.read_sources(tmp_path)
    texts = {name: sorted(doc.text for doc in docs) for name, docs in found.items()}
    assert texts == {"one": [TEXTS[0][0]], "two": sorted(text for text, _ in TEXTS[1:])}


def test_every_source_is_read_after_calibrating_on_each(monkeypatch):
    monkeypatch.setattr(third_source, "SHIFTS", (0.0, 1.0))
    nlp = trained(steps=7, spans_key="ents")
    docs = [example.y for example in examples(nlp)]
    figures = list(third_source.carry(nlp, {"one": docs[:2], "two": docs[2:]}))
    assert [figure.fitted for figure in figures] == 2 * [True, False] + 2 * [False, True]
    assert [figure.label_shift for figure in figures] == [0.0, 0.0, 1.0, 1.0] * 2
    rows = third_source.to_rows(figures, seed=0, budget=300.0)
    assert [row["name"] for row in rows[:2]] == ["third_source/0/ents_f", "third_source/0/ents_ece"]
    assert len(rows) == 2 * 2 * 2 and all(0.0 <= row["value"] <= 100.0 for row in rows)
    third_source.show(rows)
