"""Summarizers that are trained side by side for a benchmark, and put together."""

from spacy.tokens import DocBin

from tests.pipeline.summarizer.pipelines import PAIRS, blank, examples


def save_corpus_and_config(folder):
    nlp = blank()
    docs = [eg.reference for eg in examples(nlp, PAIRS[:12])]
    for part in ("train", "dev"):
        DocBin(docs=docs, store_user_data=True).to_disk(folder / f"{part}.spacy")
    config = nlp.config
    config["paths"].update(train=None, dev=None, more=None)
    for part in ("train", "dev"):
        reader = {"@readers": "spacy-rnn.SummaryCorpus.v1", "path": f"${{paths.{part}}}"}
        config["corpora"][part] = reader
    config["training"].update(max_steps=4, eval_frequency=2)
    config["components"]["summarizer"]["max_length"] = 5
    config.to_disk(folder / "config.cfg")
    return folder / "config.cfg"


def test_members_are_trained_apart_and_put_together(tmp_path):
    from budgeted import train, train_members

    config = save_corpus_and_config(tmp_path)
    joint = train_members(2, config, tmp_path, 1, 600.0, {"more": tmp_path})
    first, second = joint.nlp.get_pipe("summarizer").model.layers
    # The members of another run have other seeds.
    alone = train(config, tmp_path, 2, 300.0, {"more": tmp_path})
    assert first.to_bytes() == alone.nlp.get_pipe("summarizer").model.to_bytes()
    assert second.to_bytes() != first.to_bytes()
    assert joint.cpu_seconds > alone.cpu_seconds > 0.0
    assert 0.0 <= joint.dev_score <= 1.0
    assert isinstance(joint.nlp(PAIRS[0][0])._.summary, str)


def test_the_large_summarizer_is_an_ensemble():
    from goals import LARGE
    from plan import MEMBERS

    assert MEMBERS == {LARGE: 2}
