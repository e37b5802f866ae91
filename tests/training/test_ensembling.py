"""Summarizers that were trained apart write together: `ensemble`, and `spacy rnn ensemble`."""

import copy

import numpy as np
import pytest
import spacy
import torch
from spacy.training import Example

from spacy_rnn.nn.losses import teacher_forced_losses
from spacy_rnn.nn.ragged import Ragged
from spacy_rnn.pipeline.summarizer.origins import read_origins
from spacy_rnn.training.ensembling import ensemble
from tests.pipeline.summarizer.pipelines import MODEL, PAIRS, examples, train

TEXT = PAIRS[5][0]
UNKNOWN = "It rained on Monday. Zoe Quux paid 9 euros for a boat. Nobody sailed."


def member(seed, pairs=PAIRS[::4], rounds=4, **settings):
    spacy.util.fix_random_seed(seed)
    nlp = spacy.blank("en")
    config = {"model": MODEL, "beam_width": 2, "min_count": 5, "origins_attr": "origins"}
    nlp.add_pipe("rnn_summarizer", name="summarizer", config={**config, **settings})
    data = examples(nlp, pairs)
    nlp.initialize(lambda: data)
    train(nlp, data, rounds)
    return nlp


@pytest.fixture(scope="module")
def members():
    return [member(seed) for seed in range(2)]


@pytest.fixture(scope="module")
def joint(members):
    return ensemble(members, "summarizer")


def probabilities(nlp, doc, ids):
    """Of the words of a text, each after those before it, from the loss of training."""
    pipe = nlp.get_pipe("summarizer")
    (decodable,), _ = pipe.model([doc], is_train=False)
    source = pipe.vocabulary.source_ids([token.text for token in doc], True)
    memory = decodable.decoder.remember(decodable.sources, torch.tensor(source.ids))
    with torch.no_grad():
        losses = teacher_forced_losses(
            decodable.decoder, memory, Ragged.from_list([torch.tensor(ids)])
        )
    return losses.neg().exp().numpy()


def test_the_probability_of_a_word_is_the_mean_of_the_members(members, joint):
    doc = joint(TEXT)
    pipe = joint.get_pipe("summarizer")
    source = pipe.vocabulary.source_ids([token.text for token in doc], True)
    origins = read_origins(doc, "origins")
    ids = pipe.vocabulary.target_ids(origins.words, source)
    each = np.array([probabilities(nlp, nlp.make_doc(TEXT), ids) for nlp in members])[:, :-1]
    assert len(origins.words) > 3 and np.ptp(each, axis=0).max() > 1e-2
    assert origins.probabilities == pytest.approx(each.mean(axis=0), abs=2e-3)


def test_origins_are_the_mean_of_the_members(joint):
    doc = joint(UNKNOWN)
    origins = read_origins(doc, "origins")
    assert (origins.rows >= 0).any()
    assert ((origins.copied >= 0.0) & (origins.copied <= 1.0)).all()
    assert origins.attention.shape == (len(origins.words), len(doc))
    assert origins.attention.sum(axis=1) == pytest.approx(1.0, abs=0.02)


def test_a_member_twice_writes_what_it_writes_alone(members):
    twice = ensemble([members[0], members[0]], "summarizer")
    for text in (TEXT, UNKNOWN, "", "boat"):
        alone, both = members[0](text), twice(text)
        assert both._.summary == alone._.summary
        first, second = (read_origins(doc, "origins") for doc in (alone, both))
        assert second.words == first.words and (second.rows == first.rows).all()
        for one, other in zip(first[1:], second[1:], strict=True):
            assert other == pytest.approx(one, abs=2e-3)


def test_beams_in_a_batch_write_what_they_write_alone(joint):
    texts = [text for text, _ in PAIRS[:12]] + [UNKNOWN, "", "One"]
    together = [doc._.summary for doc in joint.pipe(texts, batch_size=16)]
    assert together == [joint(text)._.summary for text in texts]


def test_n_best(joint):
    doc = joint.make_doc(TEXT)
    best = joint.get_pipe("summarizer").n_best([doc], 3)[0]
    assert len(best) == 3 and best[0].text == joint(TEXT)._.summary
    scores = [summary.log_prob for summary in best]
    assert len({summary.text for summary in best}) == 3 and max(scores) < 0.0


def test_it_is_saved_loaded_and_trained_further(joint, tmp_path):
    joint.to_disk(tmp_path / "joint")
    again = spacy.load(tmp_path / "joint")
    assert again(TEXT)._.summary == joint(TEXT)._.summary
    assert again.config["components"]["summarizer"]["model"]["size"] == 2
    before = [layer.to_bytes() for layer in again.get_pipe("summarizer").model.layers]
    train(again, examples(again, PAIRS[:32]), 1)
    after = [layer.to_bytes() for layer in again.get_pipe("summarizer").model.layers]
    assert all(one != other for one, other in zip(before, after, strict=True))


def test_members_of_one_config_begin_apart_and_learn_together():
    block = {"@architectures": "spacy-rnn.Seq2SeqEnsemble.v1", "size": 2, "member": MODEL}
    nlp = member(0, model=block, rounds=25, pairs=PAIRS)
    first, second = nlp.get_pipe("summarizer").model.layers
    assert first.to_bytes() != second.to_bytes()
    right = [nlp(text)._.summary == target for text, target in PAIRS[::8]]
    assert sum(right) >= 0.9 * len(right)


@pytest.mark.parametrize("size", [0, 65])
def test_a_size_out_of_range_is_told(size):
    block = {"@architectures": "spacy-rnn.Seq2SeqEnsemble.v1", "size": size, "member": MODEL}
    with pytest.raises(ValueError, match="model.size must be between 1 and 64"):
        spacy.blank("en").add_pipe("rnn_summarizer", config={"model": block})


def test_an_ensemble_is_no_member():
    inner = {"@architectures": "spacy-rnn.Seq2SeqEnsemble.v1", "member": MODEL}
    block = {"@architectures": "spacy-rnn.Seq2SeqEnsemble.v1", "member": inner}
    with pytest.raises(ValueError, match="model.member must be one encoder-decoder"):
        spacy.blank("en").add_pipe("rnn_summarizer", config={"model": block})


def test_members_cannot_share_an_encoder():
    listener = {"@architectures": "spacy.Tok2VecListener.v1", "width": 96}
    block = {
        "@architectures": "spacy-rnn.Seq2SeqEnsemble.v1",
        "member": {**MODEL, "tok2vec": listener},
    }
    with pytest.raises(ValueError, match="model.member listens to a shared encoder"):
        spacy.blank("en").add_pipe("rnn_summarizer", config={"model": block})


def test_what_does_not_fit_is_told(members, joint):
    with pytest.raises(ValueError, match="no component 'other'"):
        ensemble(members, "other")
    with pytest.raises(ValueError, match="Pipeline 2 .* writes other words"):
        ensemble([members[0], member(1, PAIRS[:8], rounds=1, min_count=1)], "summarizer")
    wider = copy.deepcopy(MODEL)
    wider["width"] = 48
    with pytest.raises(ValueError, match="Pipeline 2 .*model. differs"):
        ensemble([members[0], member(1, model=wider, rounds=1)], "summarizer")
    with pytest.raises(ValueError, match="Pipeline 1 .*holds several already"):
        ensemble([joint, members[0]], "summarizer")
    other = spacy.blank("en")
    other.add_pipe("rnn_textcat", name="summarizer")
    other.initialize(
        lambda: [Example.from_dict(other.make_doc("a b"), {"cats": {"A": 1.0, "B": 0.0}})]
    )
    with pytest.raises(ValueError, match="is no rnn_summarizer"):
        ensemble([members[0], other], "summarizer")


def test_other_components_come_along(members, tmp_path):
    first = spacy.blank("en")
    first.add_pipe("sentencizer")
    first.add_pipe("summarizer", source=members[0])
    both = ensemble([first, members[1]], "summarizer")
    assert both.pipe_names == ["sentencizer", "summarizer"]
    assert both(TEXT)._.summary == ensemble(members, "summarizer")(TEXT)._.summary


def test_the_command(members, tmp_path):
    from typer.testing import CliRunner

    from spacy_rnn.cli.app import rnn_cli

    for i, nlp in enumerate(members):
        nlp.to_disk(tmp_path / str(i))
    arguments = [str(tmp_path / "0"), str(tmp_path / "1"), "-o", str(tmp_path / "both")]
    result = CliRunner().invoke(rnn_cli, ["ensemble", *arguments])
    assert result.exit_code == 0, result.output
    both = spacy.load(tmp_path / "both")
    assert both(TEXT)._.summary == ensemble(members, "summarizer")(TEXT)._.summary
    result = CliRunner().invoke(rnn_cli, ["ensemble", arguments[0], *arguments[2:]])
    assert result.exit_code == 1 and "at least two pipelines" in result.output
