"""The page about a training, and the plots, for a pipeline of every kind."""

import re
from html.parser import HTMLParser

from spacy_rnn.report.observe import observe, trained_in
from spacy_rnn.report.page import make_page

LOADED = ("src", "href", "xlink:href", "action", "data", "poster", "srcset")
VOID = {"meta", "link", "br", "img", "hr", "input"}
PLOTS = {
    "ner": {"labels", "confusion", "reliability", "transitions"},
    "textcat": {"labels", "confusion", "reliability"},
    "summarizer": {"lengths", "attention"},
}


class Checker(HTMLParser):
    """Collects what a page would load, and checks that its elements are closed."""

    def __init__(self):
        super().__init__()
        self.open, self.loaded, self.text = [], [], []

    def handle_starttag(self, tag, attrs):
        self.loaded += [value for name, value in attrs if name in LOADED]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.loaded += [value for name, value in attrs if name in LOADED]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def read(page):
    checker = Checker()
    checker.feed(page)
    assert checker.open == []
    return checker


def test_the_page_holds_all_there_is_to_know_and_loads_nothing(trained):
    observation = observe(trained, None, 0)
    page = make_page(trained, observation)
    checker = read(page)
    assert all(target.startswith(("#", "data:image/png")) for target in checker.loaded)
    assert "@import" not in page and not re.search(r"url\((?!#)", page)
    text = " ".join(checker.text)
    for heading in ("Scores", "Data", "Config", "Worst examples", "Best examples"):
        assert heading in text
    assert "home & slept" in text and "home &amp; slept" in page, "texts of the corpus are escaped"
    assert "12 texts with 60 words" in text, "the statistics of the corpora"
    (name,) = observation.nlp.pipe_names
    kind = name.replace("rnn_", "")
    assert page.count("<svg") == len(PLOTS[kind])
    (findings,) = observation.findings()
    assert {plot.name for plot in findings.plots} == PLOTS[kind]
    for measured in re.findall(r'class="score">([\d.]+)<', page):
        assert 0.0 <= float(measured) <= 1.0
    assert page.count("<article>") == 12


def test_examples_are_chosen_by_chance_but_always_the_same(trained):
    first, again = (observe(trained, None, 5).examples for _ in range(2))
    assert [e.reference.cats for e in first] == [e.reference.cats for e in again]
    assert len(first) == 5


def test_a_pipeline_itself_counts_as_a_training(trained):
    assert trained_in(trained / "model-best") == trained / "model-best"
    assert trained_in(trained) == trained / "model-best"
    assert trained_in(trained.parent) is None
