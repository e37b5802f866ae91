"""Targets cut into subwords and put together again."""

import json

import pytest

from spacy_rnn.labels.subword_vocabulary import SubwordVocabulary
from spacy_rnn.labels.target_vocabulary import SourceIds
from spacy_rnn.labels.vocabularies import read_vocabulary, units_of
from spacy_rnn.symbols import END, UNKNOWN

NOTHING = SourceIds([], [])


def tokens(text):
    return [(form, True) for form in text.split()]


@pytest.fixture(scope="module")
def vocabulary():
    texts = ["Learning to learn", "The learner learned", "they learn learning", "lower low slower"]
    return SubwordVocabulary.learn(map(tokens, texts * 3), size=60, min_count=2)


def words(vocabulary, ids, source=NOTHING):
    return [each.word for each in vocabulary.words_of(ids, source)]


@pytest.mark.parametrize("text", ["learning to learn", "slow lowest train", "the nearest tower"])
def test_words_that_training_never_saw_are_spelled(vocabulary, text):
    ids = vocabulary.target_ids(text.split(), NOTHING)
    assert ids[-1] == END and UNKNOWN not in ids
    assert words(vocabulary, ids[:-1]) == text.split()


def test_frequent_words_are_one_piece_and_others_are_not(vocabulary):
    assert len(vocabulary.target_ids(["Learning"], NOTHING)) == 2
    assert len(vocabulary.target_ids(["lowest"], NOTHING)) > 2


def test_every_id_belongs_to_one_word(vocabulary):
    ids = vocabulary.target_ids(["lowest", "learner", "tower"], NOTHING)[:-1]
    places = [(each.begin, each.end) for each in vocabulary.words_of(ids, NOTHING)]
    assert places[0][0] == 0 and places[-1][1] == len(ids)
    assert all(left[1] == right[0] for left, right in zip(places, places[1:]))


def test_words_of_the_source_are_copied_whole(vocabulary):
    source = vocabulary.source_ids(["learn", "Quetzal", "BERT", "Quetzal"])
    assert source.words == ["quetzal", "BERT"] and source.ids[1] == source.ids[3] >= len(vocabulary)
    ids = vocabulary.target_ids(["quetzal", "lowest", "BERT"], source)
    assert ids[0] == source.ids[1] and ids[-2] == source.ids[2]
    assert words(vocabulary, ids[:-1], source) == ["quetzal", "lowest", "BERT"]


def test_nothing_is_copied_where_nothing_can_be(vocabulary):
    source = vocabulary.source_ids(["tower"], copies=False)
    assert source == SourceIds([UNKNOWN], [])
    assert UNKNOWN not in vocabulary.target_ids(["tower"], source)


def test_characters_that_training_never_saw_are_unknown(vocabulary):
    assert UNKNOWN in vocabulary.target_ids(["\U0001f6a4"], NOTHING)


def test_pieces_that_begin_no_word_still_make_one(vocabulary):
    ids = vocabulary.target_ids(["lowest"], NOTHING)[:-1]
    assert words(vocabulary, ids[1:]) and "".join(words(vocabulary, ids[1:])) in "lowest"


def test_it_is_stored_as_json(vocabulary):
    data = json.loads(json.dumps(vocabulary.to_dict()))
    again = read_vocabulary(data)
    assert units_of(data) == "subwords" and isinstance(again, SubwordVocabulary)
    for text in ("The slowest learner", "tower"):
        forms = text.split()
        assert again.target_ids(forms, NOTHING) == vocabulary.target_ids(forms, NOTHING)


def test_the_library_is_named_where_it_is_missing(vocabulary, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "tokenizers", None)
    with pytest.raises(ImportError, match=r"spacy-rnn\[subwords\]"):
        SubwordVocabulary.learn([tokens("a b")], 10, 1)
    again = read_vocabulary(vocabulary.to_dict())
    assert again.words_of([len(vocabulary) - 1], NOTHING)
