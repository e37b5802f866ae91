"""Whole pipelines on a GPU: moved there and back, short of memory, and for a long time."""

import copy
import json
import logging
import random
import warnings

import pytest
import spacy
import torch
from spacy.training import Example
from torch.profiler import ProfilerActivity, profile

from spacy_rnn.training.callbacks.halving import halving
from spacy_rnn.training.optimization.optimizers import Adam
from tests.conftest import MODELS, TEXTS, make_tiny

from .conftest import REHEARSAL

pytestmark = pytest.mark.gpu
WORDS = "I saw Anna in Paris and Bob went to New York where nothing happened".split()
# Bytes that one step may bring to the host: losses, norms and the gold tags, but no activations.
BYTES_TO_THE_HOST = 64 * 1024


def predictions(nlp):
    docs = list(nlp.pipe([*TEXTS, "Bob in Paris", ""]))
    return [([(e.start, e.label_) for e in d.ents], d.cats, d._.summary) for d in docs]


def agree(one, other):
    for (ents, cats, summary), (ents_2, cats_2, summary_2) in zip(one, other, strict=True):
        assert (ents, summary) == (ents_2, summary_2)
        assert cats == pytest.approx(cats_2, abs=1e-4)


def reloaded(nlp):
    other = spacy.blank("en")
    for name in MODELS:
        other.add_pipe(name, config={"model": MODELS[name]})
    return other.from_bytes(nlp.to_bytes())


def long_example(nlp, words):
    text = " ".join(random.choice(WORDS) for _ in range(words))
    gold = Example.from_dict(nlp.make_doc(text), {"entities": [], "cats": {"A": 1.0, "B": 0.0}})
    gold.reference._.summary = text[:40]
    return gold


def test_a_pipeline_trained_on_a_cpu_predicts_the_same_on_a_gpu(tiny, gpu):
    gpu(False)
    expected = predictions(tiny)
    gpu()
    agree(predictions(reloaded(tiny)), expected)


def test_a_pipeline_trained_on_a_gpu_predicts_the_same_on_a_cpu(gpu):
    nlp = make_tiny()
    expected = predictions(nlp)
    gpu(False)
    agree(predictions(reloaded(nlp)), expected)


def test_a_copy_predicts_the_same_without_joining_its_weights_anew(gpu):
    nlp = make_tiny()
    expected = predictions(nlp)
    with warnings.catch_warnings():
        # cuDNN's, about weights that lie apart.
        warnings.filterwarnings("error", message="RNN module weights are not part of single")
        agree(predictions(copy.deepcopy(nlp)), expected)


def test_no_activation_goes_through_the_host_in_training(gpu, tmp_path):
    nlp = make_tiny()
    batch = [long_example(nlp, 30) for _ in range(32)]
    optimizer = nlp.create_optimizer()
    nlp.update(batch, sgd=optimizer)
    activities = [ProfilerActivity.CPU] + [ProfilerActivity.CUDA] * (not REHEARSAL)
    with profile(activities=activities) as profiler:
        nlp.update(batch, sgd=optimizer)
    profiler.export_chrome_trace(str(tmp_path / "trace.json"))
    events = json.loads((tmp_path / "trace.json").read_text())["traceEvents"]
    copies = [e for e in events if "DtoH" in e.get("name", "")]
    assert sum(e.get("args", {}).get("bytes", 0) for e in copies) < BYTES_TO_THE_HOST


def held():
    """Bytes that both allocators hold."""
    if REHEARSAL:
        return 1
    import cupy

    return torch.cuda.memory_reserved() + cupy.get_default_memory_pool().total_bytes()


def test_memory_stays_flat_over_many_steps_of_mixed_lengths(gpu):
    random.seed(0)
    nlp = make_tiny()
    optimizer = nlp.create_optimizer()
    after_warm_up = 0
    for step in range(4 if REHEARSAL else 1100):
        sizes = [random.randint(1, 120) for _ in range(random.randint(1, 16))]
        nlp.update([long_example(nlp, size) for size in sizes], sgd=optimizer)
        if step == 100:
            after_warm_up = held()
    assert REHEARSAL or held() <= 1.05 * after_warm_up


@pytest.mark.skipif(REHEARSAL, reason="a CPU has no such limit")
def test_training_goes_on_when_a_batch_does_not_fit(gpu, caplog):
    nlp = make_tiny()
    batch = [long_example(nlp, 100) for _ in range(256)]
    with halving(nlp):
        nlp.update(batch[:4], sgd=False)
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
        nlp.update(batch, sgd=False)
        total = torch.cuda.get_device_properties(0).total_memory
        torch.cuda.empty_cache()
        torch.cuda.set_per_process_memory_fraction(0.6 * torch.cuda.max_memory_allocated() / total)
        try:
            with caplog.at_level(logging.WARNING, "spacy"):
                nlp.update(batch, sgd=False)
        finally:
            torch.cuda.set_per_process_memory_fraction(1.0)
    assert "learned in halves" in caplog.text


@pytest.mark.skipif(REHEARSAL, reason="a CPU has no such limit")
def test_a_step_that_does_not_fit_moves_no_weight(gpu):
    import cupy

    pool, optimizer = cupy.get_default_memory_pool(), Adam(0.1)
    weights, gradient = cupy.ones(4_000_000, "f"), cupy.ones(4_000_000, "f")
    optimizer((1, "W"), weights, gradient)
    pool.free_all_blocks()
    pool.set_limit(size=pool.used_bytes() + weights.nbytes)
    try:
        with pytest.raises(MemoryError, match="No weight was moved"):
            optimizer.step_schedules()
    finally:
        pool.set_limit(size=0)
    assert bool((weights == 1.0).all())
    optimizer((1, "W"), weights, gradient)
    optimizer.step_schedules()
    assert bool((weights != 1.0).all())
