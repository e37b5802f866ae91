"""Summaries that are drawn instead of searched for."""

import pytest
import spacy

from tests.pipeline.summarizer.pipelines import PAIRS


@pytest.fixture(scope="module")
def sampling(summarizer):
    """The same weights with other settings."""
    data = summarizer.to_bytes()

    def load(**settings):
        config = {f"components.summarizer.{key}": value for key, value in settings.items()}
        return spacy.util.load_model_from_config(
            summarizer.config.copy().merge(spacy.util.dot_to_dict({**BEAM_OF_ONE, **config}))
        ).from_bytes(data)

    return load


BEAM_OF_ONE = {"components.summarizer.beam_width": 1}
TEXTS = [text for text, _ in PAIRS[:6]] + ["", "boat " * 30]


def written(nlp, size=128):
    return [doc._.summary for doc in nlp.pipe(TEXTS, batch_size=size)]


def test_the_seed_decides(sampling):
    hot = {"temperature": 3.0}
    first = written(sampling(**hot, sampling_seed=1))
    assert first == written(sampling(**hot, sampling_seed=1), size=3)
    assert first != written(sampling(**hot, sampling_seed=2))


def test_drawing_among_one_word_is_greedy(sampling, summarizer):
    greedy = written(sampling())
    assert written(sampling(temperature=3.0, top_k=1)) == greedy
    assert written(sampling(temperature=0.01)) == greedy
