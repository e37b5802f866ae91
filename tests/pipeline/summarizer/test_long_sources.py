"""What a source of 5,000 tokens costs."""

import subprocess
import sys

import pytest

SCRIPT = """
import resource

import spacy
from spacy.training import Example

nlp = spacy.blank("en")
model = {"max_source_length": 5000, "attention": "ATTENTION", "coverage": True}
config = {"model": model, "min_count": 1, "min_length": 60, "max_length": 60}
nlp.add_pipe("rnn_summarizer", config=config)
words = [f"w{i % 700}" for i in range(5000)]
example = Example.from_dict(nlp.make_doc(" ".join(words)), {})
example.reference._.summary = " ".join(words[:60])
optimizer = nlp.initialize(lambda: [example])
nlp.update([example], sgd=optimizer)
doc = nlp(" ".join(words))
assert len(doc) == 5000 and doc._.summary
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.mark.parametrize("attention", ["general", pytest.param("additive", marks=pytest.mark.slow)])
def test_a_source_of_5000_tokens_is_learned_and_summarized_within_2_gb(attention):
    script = SCRIPT.replace("ATTENTION", attention)
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert int(run.stdout.split()[-1]) < 2000
