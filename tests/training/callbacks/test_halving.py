"""Batches that do not fit into memory: torch's error is thrown in where a GPU would throw it."""

import logging

import numpy as np
import pytest
import spacy
import torch
from spacy.training import Example
from spacy.training.initialize import init_nlp
from spacy.training.loop import train
from spacy.util import fix_random_seed, load_config

from spacy_rnn.layers.torch_modules import modules_in
from spacy_rnn.nn.decoder import Decoder
from spacy_rnn.nn.recurrent import RecurrentEncoder
from spacy_rnn.training.callbacks import halving as halving_module
from spacy_rnn.training.callbacks.halving import HalvingUpdate, halving
from spacy_rnn.training.run.start import start_run

TOK2VEC = {
    "@architectures": "spacy.Tok2Vec.v2",
    "embed": {
        "@architectures": "spacy.MultiHashEmbed.v2",
        "width": 12,
        "attrs": ["NORM"],
        "rows": [50],
        "include_static_vectors": False,
    },
    "encode": {"@architectures": "spacy-rnn.BiLSTMEncoder.v1", "width": 12},
}
LISTENER = {"@architectures": "spacy.Tok2VecListener.v1", "width": 12}
MODELS = {
    "rnn_ner": {"@architectures": "spacy-rnn.CRFTagger.v1"},
    "rnn_textcat": {
        "@architectures": "spacy-rnn.TextCatRNN.v1",
        "exclusive_classes": True,
        "pooling": ["mean"],
    },
    "rnn_summarizer": {"@architectures": "spacy-rnn.Seq2Seq.v1", "width": 12},
}
# Text, entities, categories, summary: each is annotated for some tasks only.
GOLD = [
    ("Anna sings", [(0, 4, "N")], {"A": 1.0, "B": 0.0}, "Anna"),
    ("the dog ran home with a cat", [], None, "dog ran home"),
    ("Otto", None, {"A": 0.0, "B": 1.0}, None),
    ("a cat saw it", [], {"A": 1.0, "B": 0.0}, None),
    ("Lima is far from here", [(0, 4, "N")], {"A": 0.0, "B": 1.0}, "Lima is far"),
]


def gold_example(nlp, text, entities, cats, summary):
    annotation = {} if entities is None else {"entities": entities}
    example = Example.from_dict(nlp.make_doc(text), {**annotation, "cats": cats or {}})
    example.reference._.summary = summary
    return example


def pipeline(factories):
    """One component with its own encoder, or several that share one."""
    fix_random_seed(0)
    nlp = spacy.blank("en")
    shared = len(factories) > 1
    if shared:
        nlp.add_pipe("tok2vec", config={"model": TOK2VEC})
    for factory in factories:
        model = {**MODELS[factory], "tok2vec": LISTENER if shared else TOK2VEC}
        nlp.add_pipe(factory, config={"model": model})
    if "rnn_summarizer" not in factories:
        nlp.add_pipe("rnn_summarizer", config={"min_count": 1}, name="declares")
        nlp.remove_pipe("declares")
    examples = [gold_example(nlp, *gold) for gold in GOLD]
    nlp.initialize(lambda: examples)
    return nlp, examples


def gradients(nlp):
    found = {}
    for name, pipe in nlp.pipeline:
        for i, module in enumerate(modules_in(pipe.model)):
            for key, weight in module.named_parameters():
                if weight.grad is not None:
                    found[name, i, key] = weight.grad.numpy().copy()
        for i, node in enumerate(pipe.model.walk()):
            for key in node.grad_names:
                found[name, i, node.name, key] = node.get_grad(key).copy()
    return found


def memory_for(monkeypatch, texts, error=torch.OutOfMemoryError):
    """From now on only so many texts can be learned at once. RETURNS: the batches tried."""
    fits, tried = RecurrentEncoder.forward, []

    def forward(self, sequences, *args, **options):
        if torch.is_grad_enabled():
            tried.append(len(sequences.lengths))
            if len(sequences.lengths) > texts:
                raise error("CUDA out of memory. Tried to allocate 1.00 GiB.")
        return fits(self, sequences, *args, **options)

    monkeypatch.setattr(RecurrentEncoder, "forward", forward)
    return tried


def close(found, expected):
    assert found.keys() == expected.keys()
    for key, value in expected.items():
        np.testing.assert_allclose(found[key], value, atol=2e-6, err_msg=str(key))


@pytest.fixture(autouse=True)
def no_garbage(monkeypatch):
    """To look for garbage takes long among so many tests, and there is none."""
    monkeypatch.setattr(halving_module, "make_room", lambda: None)


SETS = [["rnn_ner"], ["rnn_textcat"], ["rnn_summarizer"], list(MODELS)]


@pytest.mark.parametrize("factories", SETS, ids=lambda names: "+".join(names))
def test_the_halves_give_the_gradient_of_the_whole_batch(factories, monkeypatch, caplog):
    nlp, examples = pipeline(factories)
    with halving(nlp):
        whole_losses = nlp.update(examples, sgd=False, drop=0.0)
    whole = gradients(nlp)
    assert max(np.abs(value).max() for value in whole.values()) > 1e-3
    nlp, examples = pipeline(factories)
    tried = memory_for(monkeypatch, 1)
    with halving(nlp), caplog.at_level(logging.WARNING, "spacy"):
        losses = nlp.update(examples, sgd=False, drop=0.0)
    close(gradients(nlp), whole)
    for factory in factories:
        assert losses[factory] == pytest.approx(whole_losses[factory], rel=1e-5)
    assert tried == [5, 2, 1, 1, 3, 1, 2, 1, 1]
    assert "batch of 5 texts" in caplog.text and "batch of 2 texts" in caplog.text


def test_what_was_learned_before_memory_ran_out_is_taken_back(monkeypatch):
    """The last component fails: those before it have handed in their gradients already."""
    nlp, examples = pipeline(list(MODELS))
    earlier = examples[:1]
    with halving(nlp):
        nlp.update(earlier, sgd=False, drop=0.0)
        nlp.update(examples, sgd=False, drop=0.0)
    whole = gradients(nlp)
    nlp, examples = pipeline(list(MODELS))
    remember = Decoder.remember

    def fails_once(self, *args):
        monkeypatch.setattr(Decoder, "remember", remember)
        raise torch.OutOfMemoryError("CUDA out of memory.")

    with halving(nlp):
        nlp.update(earlier, sgd=False, drop=0.0)
        monkeypatch.setattr(Decoder, "remember", fails_once)
        nlp.update(examples, sgd=False, drop=0.0)
    close(gradients(nlp), whole)


def test_components_that_annotate_while_others_learn_do_so_in_halves(monkeypatch):
    nlp, examples = pipeline(list(MODELS))
    memory_for(monkeypatch, 3)
    with halving(nlp):
        nlp.update(examples, sgd=False, annotates=["tok2vec", "rnn_ner", "rnn_textcat"])
    assert all(pipe.share == 1.0 for name, pipe in nlp.pipeline if name in MODELS)


def test_a_text_that_does_not_fit_alone_is_named_with_a_way_out(monkeypatch):
    nlp, examples = pipeline(["rnn_ner"])
    memory_for(monkeypatch, 0)
    with halving(nlp), pytest.raises(MemoryError, match="text of 2 tokens.*max_length"):
        nlp.update(examples, sgd=False)


@pytest.mark.parametrize("error", [MemoryError, RuntimeError])
def test_an_error_is_about_memory_by_its_type_or_by_what_it_says(error, monkeypatch):
    nlp, examples = pipeline(["rnn_ner"])
    tried = memory_for(monkeypatch, 3, error=error)
    with halving(nlp):
        nlp.update(examples, sgd=False)
    assert tried == [5, 2, 3]


def test_other_errors_pass(monkeypatch):
    nlp, examples = pipeline(["rnn_ner"])

    def broken(self, *args, **options):
        raise RuntimeError("a bug")

    monkeypatch.setattr(RecurrentEncoder, "forward", broken)
    with halving(nlp), pytest.raises(RuntimeError, match="a bug"):
        nlp.update(examples, sgd=False)
    assert not isinstance(nlp.update, HalvingUpdate)


@pytest.mark.parametrize("stock", [True, False], ids=["spacy train", "spacy rnn train"])
def test_training_goes_on(config_path, tmp_path, monkeypatch, caplog, stock):
    config = load_config(config_path, overrides={"training.max_steps": 4}, interpolate=False)
    if stock:
        config["training"]["before_update"] = {"@callbacks": "spacy-rnn.halve_batches.v1"}
    config.to_disk(tmp_path / "config.cfg")
    tried = memory_for(monkeypatch, 4)
    with caplog.at_level(logging.WARNING, "spacy"), open(tmp_path / "log", "w") as log:
        if stock:
            nlp = init_nlp(load_config(tmp_path / "config.cfg", interpolate=False))
            train(nlp, tmp_path, stdout=log, stderr=log)
        else:
            start_run(tmp_path / "config.cfg", tmp_path, {}).train(log, log)
    assert max(tried) > 4
    assert "learned in halves" in caplog.text
    assert (tmp_path / "model-last").is_dir()
