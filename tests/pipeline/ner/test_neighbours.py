"""The entity recognizer between spaCy's own components."""

from spacy.kb import InMemoryLookupKB

from tests.pipeline.ner.pipelines import TEXTS, trained


def knowledge(vocab):
    known = InMemoryLookupKB(vocab, entity_vector_length=1)
    known.add_entity("Q1", freq=1, entity_vector=[1.0])
    known.add_alias("Anna", ["Q1"], [1.0])
    return known


def test_an_entity_linker_links_what_was_found_and_leaves_its_confidence():
    nlp = trained(spans_key="ents")
    nlp.add_pipe("sentencizer")
    nlp.add_pipe("entity_linker", config={"incl_context": False}).set_kb(knowledge)
    doc = nlp(TEXTS[0][0])
    assert [(ent.text, ent.label_, ent.kb_id_) for ent in doc.ents] == [
        ("Anna", "PER", "Q1"),
        ("Paris", "LOC", "NIL"),
    ]
    assert all(0.5 < ent._.confidence <= 1.0 for ent in doc.ents)


def test_rules_before_it_leave_the_rest_to_it():
    nlp = trained()
    ruler = nlp.add_pipe("entity_ruler", first=True)
    ruler.add_patterns([{"label": "CITY", "pattern": "Paris"}])
    found = [(ent.text, ent.label_) for ent in nlp(TEXTS[0][0]).ents]
    assert found == [("Anna", "PER"), ("Paris", "CITY")]
