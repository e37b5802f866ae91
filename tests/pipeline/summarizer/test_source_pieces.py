"""Cutting long sources."""

import pytest
import spacy

from spacy_rnn.pipeline.summarizer.source_pieces import cut, together


def texts(pieces):
    return [piece.text.strip() for piece in pieces]


def doc_of(text):
    return spacy.blank("en").make_doc(text)


def test_pieces_end_where_sentences_do():
    doc = doc_of("One two three. Four five. Six seven eight nine.")
    assert texts(cut(doc, 9)) == ["One two three. Four five.", "Six seven eight nine."]


@pytest.mark.parametrize("count,longest", [(1, 1), (10, 3), (201, 200), (1000, 7), (9, 9)])
def test_nothing_is_lost_and_no_piece_is_too_long(count, longest):
    for ending in ("", " ."):
        doc = doc_of(" ".join(f"w{i}{ending if i % 4 == 0 else ''}" for i in range(count)))
        pieces = cut(doc, longest)
        assert [t.text for piece in pieces for t in piece] == [t.text for t in doc]
        assert all(0 < len(piece) <= longest for piece in pieces)


def test_pieces_without_sentences_are_of_one_size():
    sizes = [len(piece) for piece in cut(doc_of("w " * 210), 200)]
    assert max(sizes) - min(sizes) <= 1 and len(sizes) == 2


def test_short_sources_stay_whole():
    doc = doc_of("One two.")
    assert cut(doc, 3)[0] is doc and cut(doc_of(""), 3)[0].text == ""


def test_batches_keep_order_and_size():
    docs = [doc_of("w " * size) for size in (2, 2, 9, 1, 3, 0)]
    batches = [[len(doc) for doc in batch] for batch in together(docs, 4)]
    assert batches == [[2, 2], [9], [1, 3, 0]]
    assert list(together([], 4)) == []
