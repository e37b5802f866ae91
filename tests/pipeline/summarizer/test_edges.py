"""Sources and targets that are nothing like what a summarizer was trained on."""

import pytest

from spacy_rnn.pipeline.summarizer.origins import read_origins
from tests.pipeline.summarizer.pipelines import MODEL, PAIRS, blank, examples, pair


@pytest.fixture(params=["summarizer", "spelling", "chunked"])
def nlp(request):
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\t\n\n",
        "boat",
        "🚤🎉 👩‍👩‍👧",
        "שלום עולם, קנינו סירה",
        "a\tb\nc\r\n",
        "Ada pays. " * 1000,
    ],
    ids=["empty", "space", "breaks", "one word", "emoji", "rtl", "tabs", "repeated"],
)
def test_strange_texts_end_and_hold_no_unknown(nlp, text):
    doc = nlp(text)
    words = read_origins(doc, "origins").words
    pieces = 1 + len(doc) // 10 if nlp.get_pipe("summarizer").long_sources == "chunked" else 1
    assert len(words) <= 60 * pieces and all(word.strip() for word in words)
    assert not any("unk" in word.lower() for word in words)
    assert bool(doc._.summary) == bool(text.strip())


def test_targets_longer_than_the_source_and_one_word_vocabularies_learn():
    nlp = blank(min_count=1, vocabulary_size=1)
    data = examples(nlp, [("hi", "hi hi hi hi there"), ("hi", "hi")])
    optimizer = nlp.initialize(lambda: data)
    first = nlp.update(data, sgd=optimizer)["summarizer"]
    for _ in range(20):
        last = nlp.update(data, sgd=optimizer)["summarizer"]
    assert last < first and set(nlp("hi")._.summary.lower().split()) == {"hi"}


def test_what_lies_past_the_limit_changes_nothing(short_sighted):
    text, summary = PAIRS[5]
    assert len(short_sighted.make_doc(text)) <= 18
    longer = short_sighted(text + " Zoe Quince paid 99 euros." * 50)
    assert longer._.summary == short_sighted(longer[:18].text)._.summary
    assert read_origins(longer, "origins").attention.shape[1] == 18


def test_targets_whose_words_lie_past_the_limit_are_no_reason_to_copy(short_sighted):
    """Nobody could copy them: they are unknown, and teach nothing."""
    nlp = blank(model={**MODEL, "max_source_length": 2}, min_count=1, vocabulary_size=1)
    nlp.initialize(lambda: examples(nlp, [("a boat sailed", "a")]))
    assert nlp.update(examples(nlp, [("a boat sailed", "sailed")]), drop=0.0)["summarizer"] < 5.0


def test_all_of_a_long_source_is_read_in_pieces(chunked):
    pairs = [pair("Zoe", "Quince", 471), pair("Ned", "Holly", 88), pair("Ada", "Fir", 300)]
    text = " ".join(source for source, _ in pairs)
    doc, *short = chunked.pipe([text, *(source for source, _ in pairs)])
    assert doc._.summary == " ".join(each._.summary for each in short)
    origins = read_origins(doc, "origins")
    for name in ("Quince", "Holly", "Fir"):
        at = origins.words.index(name)
        assert doc[int(origins.rows[at])].text == name
        assert origins.attention[at].argmax() == origins.rows[at]
    assert origins.attention.shape == (len(origins.words), len(doc))


def test_pieces_take_their_vectors_from_a_shared_encoder():
    nlp = blank(
        model={
            **MODEL,
            "tok2vec": {"@architectures": "spacy.Tok2VecListener.v1", "width": 32},
            "max_source_length": 8,
        },
        long_sources="chunked",
        min_length=3,
    )
    nlp.add_pipe("tok2vec", config={"model": MODEL["tok2vec"]}, first=True)
    data = examples(nlp, PAIRS[:20])
    nlp.initialize(lambda: data)
    nlp.update(data)
    texts = [text for text, _ in PAIRS[:3]] + ["boat"]
    alone = [nlp(text)._.summary for text in texts]
    assert [doc._.summary for doc in nlp.pipe(texts)] == alone
    assert len(alone[0].split()) >= 6
