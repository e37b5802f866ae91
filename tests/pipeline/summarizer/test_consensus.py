"""The text of a beam that the others agree with, in a pipeline."""

from spacy.util import dot_to_dict, load_model_from_config

from spacy_rnn.decoding.overlap import overlap
from tests.pipeline.summarizer.pipelines import PAIRS, trained

TEXTS = [text for text, _ in PAIRS[::5]] + ["", "boat " * 30]


def load(nlp, **settings):
    """The same weights with other settings, as `spacy.load(..., config=...)` does it."""
    changed = dot_to_dict({f"components.summarizer.{key}": settings[key] for key in settings})
    return load_model_from_config(nlp.config.copy().merge(changed)).from_bytes(nlp.to_bytes())


def written(nlp):
    return [doc._.summary for doc in nlp.pipe(TEXTS)]


def test_the_text_is_the_first_of_n_best_and_shares_more_with_the_rest():
    nlp = trained(5)
    wide = load(nlp, beam_width=8)
    agreeing = load(nlp, beam_width=8, consensus=1e-9)
    assert written(wide) != written(agreeing)
    assert written(load(nlp, beam_width=8, consensus=1e9)) == written(wide)
    docs = [agreeing.make_doc(text) for text in TEXTS]
    found = agreeing.get_pipe("summarizer").n_best(docs, 8)
    assert written(agreeing) == [best[0].text for best in found]
    for best, likeliest in zip(found, written(wide)):
        words = [each.words for each in best]
        # Where all weigh the same the first has the highest mean.
        means = [sum(overlap(one, other) for other in words if other != one) for one in words]
        assert means[0] >= max(means) - 1e-9
        assert likeliest in {each.text for each in best}


def test_one_text_agrees_with_itself():
    nlp = trained(5, consensus=10.0)
    greedy = load(nlp, beam_width=1, consensus=0.0)
    assert written(load(nlp, beam_width=1)) == written(greedy)
    drawn = {"beam_width": 1, "temperature": 0.8}
    assert written(load(nlp, **drawn)) == written(load(nlp, **drawn, consensus=0.0))
