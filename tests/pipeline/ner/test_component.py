import copy
import pickle

import pytest
import spacy
from seqeval.metrics import f1_score
from seqeval.scheme import BILOU
from spacy.scorer import get_ner_prf
from spacy.tokens import Doc, Span
from spacy.training import Example, offsets_to_biluo_tags
from spacy.util import fix_random_seed

from spacy_rnn.errors import NotInitializedError
from tests.pipeline.ner.pipelines import TEXTS, examples, found, train, trained, untrained


@pytest.fixture(scope="module", params=["biluo", "bio"])
def nlp(request):
    return trained(scheme=request.param, spans_key="found")


def test_it_learns_its_training_data(nlp):
    for text, entities in TEXTS:
        assert found(nlp(text)) == entities


def test_it_works_with_spacys_own_encoders_and_as_a_listener():
    nlp = spacy.blank("en")
    nlp.add_pipe("tok2vec")
    listener = {"@architectures": "spacy.Tok2VecListener.v1", "width": 96}
    model = {"@architectures": "spacy-rnn.CRFTagger.v1", "tok2vec": listener}
    nlp.add_pipe("rnn_ner", config={"model": model})
    nlp.initialize(lambda: examples(nlp))
    assert train(nlp, steps=30)["rnn_ner"] < 1.0
    assert found(nlp(TEXTS[0][0])) == TEXTS[0][1]
    nlp.replace_listeners("tok2vec", "rnn_ner", ["model.tok2vec"])
    nlp.remove_pipe("tok2vec")
    assert found(nlp(TEXTS[0][0])) == TEXTS[0][1]


def test_a_doc_does_not_depend_on_its_batch(nlp):
    texts = [text for text, _ in TEXTS] + ["", " \n ", "Anna", "Paris " * 40]
    alone = [nlp(text) for text in texts]
    for size in (1, 2, 100):
        together = list(nlp.pipe(texts, batch_size=size))
        assert [found(doc) for doc in together] == [found(doc) for doc in alone]
        for one, other in zip(together, alone):
            assert one.spans["found"].attrs["scores"] == pytest.approx(
                other.spans["found"].attrs["scores"], abs=1e-5
            )


def test_empty_docs_and_no_docs_pass_through(nlp):
    assert list(nlp.pipe([])) == []
    assert [found(doc) for doc in nlp.pipe(["", ""])] == [[], []]
    assert nlp.get_pipe("ner").predict([]) == []
    empty = [Example.from_dict(nlp.make_doc(""), {"entities": []})]
    assert nlp.update(empty, losses={}, sgd=False) == {"ner": 0.0}
    fresh = untrained()
    fresh.initialize(lambda: examples(fresh) + empty)
    fresh.update(examples(fresh) + empty, sgd=fresh.create_optimizer())


@pytest.mark.parametrize("scheme", ["biluo", "bio"])
def test_whitespace_never_begins_or_ends_an_entity(scheme):
    nlp = untrained(scheme=scheme)
    nlp.initialize(lambda: examples(nlp))
    for text in (" ", "\n\n", " Anna \n ", "New \n York", "Anna  \t Bob"):
        for seed in range(20):
            fix_random_seed(seed)
            nlp.get_pipe("ner").model.initialize()
            for ent in nlp(text).ents:
                assert ent.text == ent.text.strip()


def test_entities_may_span_whitespace():
    nlp = untrained()
    data = examples(nlp, [("New \n York is here", [(0, 10, "LOC")]), ("York is here", [])])
    nlp.initialize(lambda: data)
    train(nlp, data)
    assert found(nlp("New \n York is here")) == [(0, 10, "LOC")]


def test_predicting_before_initialize_says_what_to_do():
    nlp = untrained()
    with pytest.raises(NotInitializedError, match="initialize"):
        nlp("Anna")


def test_labels_come_from_the_data_or_a_list():
    nlp = untrained()
    nlp.initialize(lambda: examples(nlp))
    assert nlp.get_pipe("ner").labels == ("LOC", "PER")
    data = nlp.get_pipe("ner").label_data
    other = untrained()
    pipe = other.get_pipe("ner")
    pipe.initialize(lambda: examples(other), nlp=other, labels=data)
    assert pipe.labels == ("LOC", "PER")
    assert pipe.model.get_dim("nO") == 9


def test_no_labels_at_all_is_an_error():
    nlp = untrained()
    with pytest.raises(ValueError, match="No entities for 'ner'"):
        nlp.initialize(lambda: examples(nlp, [("Nothing", [])]))


def test_an_unknown_label_in_training_is_named():
    nlp = untrained()
    nlp.initialize(lambda: examples(nlp))
    strange = examples(nlp, [("Anna is here", [(0, 4, "GHOST")])])
    with pytest.raises(ValueError, match="'GHOST'.*add_label"):
        nlp.update(strange)


def test_a_new_label_keeps_what_was_learned(nlp):
    nlp = copy.deepcopy(nlp)
    assert nlp.get_pipe("ner").add_label("THING") == 1
    assert nlp.get_pipe("ner").add_label("THING") == 0
    data = examples(nlp, [("The lamp is red", [(4, 8, "THING")]), *TEXTS])
    train(nlp, data, steps=30)
    assert [(ent.text, ent.label_) for ent in nlp("The lamp is red").ents] == [("lamp", "THING")]
    assert found(nlp(TEXTS[1][0])) == TEXTS[1][1]


def test_it_survives_every_way_of_saving(nlp, tmp_path):
    nlp.to_disk(tmp_path)
    copies = [
        spacy.load(tmp_path),
        spacy.blank("en").from_config(nlp.config).from_bytes(nlp.to_bytes()),
        pickle.loads(pickle.dumps(nlp)),
        copy.deepcopy(nlp),
    ]
    for other in copies:
        for text, entities in TEXTS:
            doc = other(text)
            assert found(doc) == entities
            assert doc.spans["found"].attrs["scores"] == pytest.approx(
                nlp(text).spans["found"].attrs["scores"], abs=1e-6
            )
    assert train(copies[0], steps=2)["ner"] < 1.0


def test_another_pipeline_can_source_it(nlp):
    other = spacy.blank("en")
    other.add_pipe("ner", source=nlp)
    assert found(other(TEXTS[0][0])) == TEXTS[0][1]


def test_two_processes_find_the_same(nlp):
    texts = [text for text, _ in TEXTS] * 3
    docs = list(nlp.pipe(texts, n_process=2, batch_size=2))
    assert [found(doc) for doc in docs] == [entities for _, entities in TEXTS] * 3
    assert docs[0].ents[0]._.confidence > 0.5


def test_docs_without_annotation_do_not_count(nlp):
    nlp = copy.deepcopy(nlp)
    bare = Example(nlp.make_doc("Anna is here"), Doc(nlp.vocab, words=["Anna", "is", "here"]))
    pipe = nlp.get_pipe("ner")
    with_bare, without = [*examples(nlp), bare], examples(nlp)
    losses = []
    for data in (with_bare, without):
        scores = pipe.model.predict([example.predicted for example in data])
        losses.append(pipe.get_loss(data, scores)[0])
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)
    assert nlp.evaluate(with_bare)["ents_f"] == nlp.evaluate(without)["ents_f"] == 1.0
    assert nlp.evaluate([bare])["ents_f"] is None


def test_the_score_is_zero_and_not_none_before_anything_is_learned():
    nlp = untrained()
    nlp.initialize(lambda: examples(nlp))
    empty = examples(nlp, [("Nothing happened there", [])])
    for example in empty:
        example.predicted.set_ents([])
    assert nlp.get_pipe("ner").score(empty)["ents_f"] == 0.0


def test_scores_are_those_of_seqeval(nlp):
    half = trained(steps=6)
    data = examples(half)
    for example in data:
        example.predicted = half(example.predicted)
    gold = [offsets_to_biluo_tags(e.reference, found(e.reference)) for e in data]
    ours = [offsets_to_biluo_tags(e.predicted, found(e.predicted)) for e in data]
    expected = f1_score(gold, ours, mode="strict", scheme=BILOU)
    assert half.get_pipe("ner").score(data)["ents_f"] == pytest.approx(expected)
    assert half.get_pipe("ner").score(data)["ents_per_type"] == get_ner_prf(data)["ents_per_type"]


def test_a_long_doc_is_read_whole(nlp):
    words = ["Anna", "went", "to", "Paris"] * 2500
    doc = nlp(Doc(nlp.vocab, words=words))
    assert len(doc.ents) > 1000 and doc.ents[-1].end > 9990


def test_blocked_tokens_stay_blocked(nlp):
    doc = nlp.make_doc(TEXTS[1][0])
    doc.set_ents([], blocked=[Span(doc, 0, 1)], default="missing")
    assert [ent.text for ent in nlp(doc).ents] == ["New York"]
    assert doc[0].ent_iob_ == "B" and doc[0].ent_type_ == ""


def test_entities_set_before_stay_unless_overwritten():
    for overwrite in (False, True):
        nlp = trained(overwrite=overwrite)
        ruler = nlp.add_pipe("entity_ruler", first=True)
        ruler.add_patterns([{"label": "PLACE", "pattern": "York", "id": "york"}])
        doc = nlp(TEXTS[1][0])
        kept = [("Bob", "PER"), ("York", "PLACE")], [("Bob", "PER"), ("New York", "LOC")]
        ours = [(ent.text, ent.label_) for ent in doc.ents if ent.text != "New"]
        assert ours == kept[overwrite]
        if not overwrite:
            assert doc.ents[-1].ent_id_ == "york"


def test_settings_are_checked():
    for setting, value, message in (
        ("scheme", "iobes", "scheme must be one of"),
        ("annotates", "cats", "annotates must be"),
        ("annotates", "spans", "needs a spans_key"),
        ("threshold", 2.0, "threshold must be between 0 and 1, got 2.0"),
        ("p_min", 0.1, "p_min needs a spans_key"),
    ):
        with pytest.raises(ValueError, match=message):
            untrained(**{setting: value})
