"""The page that shows where a summary comes from."""

import numpy as np

from spacy_rnn.viz.summaries import summary_page


def page(written, source, weights):
    count = len(written)
    return summary_page(written, source, weights, [0.9] * count, [1.0] * count, [1] * count)


def test_the_strongest_token_is_shaded_most():
    html = page(["b"], ["a ", "b ", "c"], np.array([[0.2, 0.6, 0.0]]))
    assert '<span style="--shade: 1.00">b </span>' in html
    assert '<span style="--shade: 0.33">a </span>' in html


def test_text_cannot_become_markup():
    html = page(["</script><b>"], ["a", "<i>"], np.array([[0.5, 0.5]]))
    assert "<i>" not in html and "</script><b>" not in html


def test_tokens_that_were_not_read_stay_white():
    assert '<span style="--shade: 0.00">c</span>' in page(["b"], ["a", "b", "c"], np.ones((1, 2)))


def test_an_empty_summary_is_said():
    assert "Nothing was written." in page([], ["a"], np.zeros((0, 0)))
