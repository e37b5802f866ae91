"""The summarizer as a pipeline component."""

import pickle

import pytest
import spacy
from spacy.tokens import DocBin
from spacy.training import Example

from spacy_rnn.errors import NotInitializedError
from tests.pipeline.summarizer.pipelines import PAIRS, blank, examples, pair


@pytest.fixture
def nlp(summarizer):
    return summarizer


def test_names_and_numbers_that_training_never_saw_are_copied(nlp):
    text, summary = pair("Zoe", "Quince", 4711)
    written = nlp(text)._.summary
    assert "Zoe Quince" in written and "4711" in written


def test_it_reads_as_a_person_would_type_it(nlp):
    text, summary = PAIRS[5]
    assert nlp(text)._.summary == summary


def test_the_vocabulary_holds_frequent_words_only(nlp):
    words = nlp.get_pipe("summarizer").vocabulary.words
    assert "boat" in words and "Ada" not in words and "107" not in words


@pytest.mark.parametrize("size", [2, 7, 100])
def test_a_text_is_summarized_the_same_in_any_batch(nlp, size):
    texts = [text for text, _ in PAIRS[:9]] + ["", "word", " ", "boat " * 300]
    alone = [nlp(text)._.summary for text in texts]
    assert [doc._.summary for doc in nlp.pipe(texts, batch_size=size)] == alone


def test_predictions_survive_bytes_disk_and_pickle(nlp, tmp_path):
    text = PAIRS[3][0]
    nlp.to_disk(tmp_path)
    others = [
        spacy.load(tmp_path),
        spacy.blank("en").from_config(nlp.config).from_bytes(nlp.to_bytes()),
        pickle.loads(pickle.dumps(nlp)),
    ]
    assert {other(text)._.summary for other in others} == {nlp(text)._.summary}


def test_summaries_travel_in_a_docbin(nlp):
    doc = nlp(PAIRS[0][0])
    data = DocBin(store_user_data=True, docs=[doc]).to_bytes()
    assert next(DocBin().from_bytes(data).get_docs(nlp.vocab))._.summary == doc._.summary


def test_scores(nlp):
    scores = nlp.evaluate(examples(nlp, PAIRS[:8]))
    assert scores["rouge1"] > 0.9 and scores["rougel"] > 0.9
    bare = examples(nlp, PAIRS[:8] + [("Nobody sailed.", None)])
    assert nlp.evaluate(bare)["rouge1"] == scores["rouge1"]


def test_texts_without_a_target_teach_nothing(nlp):
    data = examples(nlp, [("Nobody sailed.", None)])
    assert nlp.update(data)["summarizer"] == 0.0


def test_another_attribute_translates():
    nlp = blank(attr="translation", min_count=1)
    example = Example.from_dict(nlp.make_doc("ein Boot"), {})
    example.reference._.translation = "a boat"
    optimizer = nlp.initialize(lambda: [example])
    optimizer.learn_rate = 0.02
    for _ in range(60):
        nlp.update([example], sgd=optimizer)
    assert nlp("ein Boot")._.translation == "a boat"


def test_the_vocabulary_can_come_from_a_file(nlp):
    data = nlp.get_pipe("summarizer").label_data
    other = blank()
    pipe = other.get_pipe("summarizer")
    pipe.initialize(lambda: examples(other, PAIRS[:1]), nlp=other, labels=data)
    assert pipe.vocabulary.words == nlp.get_pipe("summarizer").vocabulary.words


def test_before_initialization_the_remedy_is_named():
    with pytest.raises(NotInitializedError, match="nlp.initialize"):
        blank()("A text.")


def test_a_corpus_is_read_once_to_learn_its_vocabulary():
    nlp = blank()
    data = examples(nlp, PAIRS)
    read = []

    def get_examples():
        for example in data:
            read.append(example)
            yield example

    nlp.get_pipe("summarizer").initialize(get_examples, nlp=nlp)
    assert len(read) <= len(data) + 10


def test_no_targets_at_all_are_named():
    nlp = blank()
    with pytest.raises(ValueError, match="doc._.summary"):
        nlp.initialize(lambda: examples(nlp, [("A text.", None)]))


def test_labels_cannot_be_added(nlp):
    with pytest.raises(ValueError, match="initialize"):
        nlp.get_pipe("summarizer").add_label("boat")


@pytest.mark.parametrize(
    "settings",
    [
        {"beam_width": 0},
        {"vocabulary_size": 0},
        {"min_length": 9, "max_length": 3},
        {"label_smoothing": 1.5},
        {"length_penalty_kind": "none"},
        {"no_repeat_ngram": -1},
        {"origins_attr": "summary"},
        {"origins_attr": "not a name"},
        {"long_sources": "tail"},
        {"target_units": "bytes"},
        {"temperature": -1.0},
        {"top_p": 0.0},
        {"temperature": 0.0, "top_k": 3},
        {"beam_width": 2, "temperature": 1.0},
    ],
    ids=str,
)
def test_impossible_settings_are_named(settings):
    with pytest.raises(ValueError, match=next(iter(settings))):
        blank(**settings)
