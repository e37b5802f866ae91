import itertools

import pytest
from seqeval.metrics.sequence_labeling import get_entities
from seqeval.scheme import BILOU, IOB2, Entities

from spacy_rnn.labels.tag_scheme import Span, TagScheme

SCHEMES = {"biluo": BILOU, "bio": IOB2}


def spans_within(length, labels):
    """Every set of spans that do not overlap, within so many tokens."""
    if length == 0:
        yield []
        return
    for rest in spans_within(length - 1, labels):
        yield rest
    for size, label in itertools.product(range(1, length + 1), labels):
        for rest in spans_within(length - size, labels):
            yield [*rest, Span(length - size, length, label)]


@pytest.mark.parametrize("name", ["biluo", "bio"])
def test_every_set_of_spans_survives_and_is_legal(name):
    scheme = TagScheme(name, ("A", "B"))
    legal = scheme.legal
    found = set()
    for spans in spans_within(4, ("A", "B")):
        path = scheme.encode(spans, 4).tolist()
        assert scheme.decode(path) == spans
        assert legal.start[path[0]] and legal.end[path[-1]]
        assert all(legal.transitions[i, j] for i, j in zip(path, path[1:]))
        found.add(tuple(path))
    tags = range(len(scheme.tags))
    everything = {
        path
        for path in itertools.product(tags, repeat=4)
        if legal.start[path[0]]
        and legal.end[path[-1]]
        and all(legal.transitions[i, j] for i, j in zip(path, path[1:]))
    }
    assert everything == found


@pytest.mark.parametrize("name", ["biluo", "bio"])
def test_seqeval_reads_our_tags_as_we_do(name):
    scheme = TagScheme(name, ("A", "B"))
    for spans in spans_within(4, ("A", "B")):
        tags = [scheme.tags[tag] for tag in scheme.encode(spans, 4)]
        entities = Entities([tags], SCHEMES[name]).entities[0]
        assert [(e.start, e.end, e.tag) for e in entities] == [tuple(span) for span in spans]
        if name == "bio":
            assert get_entities(tags) == [(span.label, span.start, span.end - 1) for span in spans]


@pytest.mark.parametrize("name", ["biluo", "bio"])
def test_the_paths_with_a_span_are_those_that_hold_it(name):
    scheme = TagScheme(name, ("A", "B"))
    for wanted in (Span(0, 1, "A"), Span(1, 3, "B"), Span(0, 4, "A")):
        allowed = scheme.paths_with(wanted, 4)
        for spans in spans_within(4, ("A", "B")):
            path = scheme.encode(spans, 4)
            assert allowed[range(4), path].all() == (wanted in spans)


def test_a_new_label_only_appends_tags():
    few, many = TagScheme("biluo", ("A",)), TagScheme("biluo", ("A", "B"))
    assert many.tags[: len(few.tags)] == few.tags
    assert [many.tags[i] for i in many.tags_of("L")] == ["L-A", "L-B"]


def test_labels_may_hold_hyphens():
    scheme = TagScheme("bio", ("A-B", "B"))
    spans = [Span(0, 2, "A-B"), Span(2, 3, "B")]
    assert scheme.decode(scheme.encode(spans, 3)) == spans


def test_no_labels_leave_only_outside():
    scheme = TagScheme("biluo", ())
    assert scheme.tags == ("O",) and scheme.legal.transitions.tolist() == [[True]]


def test_an_unknown_scheme_and_a_repeated_label_are_refused():
    with pytest.raises(ValueError, match="scheme must be one of biluo, bio, got 'iobes'"):
        TagScheme("iobes", ())
    with pytest.raises(ValueError, match="labels must differ"):
        TagScheme("bio", ("A", "A"))
