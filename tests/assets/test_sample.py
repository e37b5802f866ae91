"""The committed sample corpora: sizes, labels, alignment, no leakage, and reproducibility."""

import json
import re
import sys
from pathlib import Path

import pytest
import spacy

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "assets" / "sample"
PARTS = ("train", "dev", "test")
CORPORA = ("ner", "textcat", "summarize")
NER_LABELS = {"DATE", "EVENT", "MONEY", "ORG", "PERSON", "PLACE", "PRODUCT"}
CLASSES = {"complaint", "praise", "question", "request", "update"}
ASPECTS = {"app", "cleanliness", "delivery", "food", "price", "product", "room", "staff"}
LEAST_TRAIN = {"ner": 800, "textcat": 1200, "summarize": 2000}
SUMMARY_OPENERS = ("New", "Pupils", "Thieves")  # capitalised words that no article has to contain
WORD = re.compile(r"\w+(?:[.,]\d+)*")


@pytest.fixture
def generator(monkeypatch: pytest.MonkeyPatch):
    """The script that wrote the corpora, imported as it is when run from the command line."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import make_sample

    yield make_sample
    for name in [name for name in sys.modules if name.split(".")[0] in ("make_sample", "sample")]:
        del sys.modules[name]


def records(corpus: str, part: str) -> list[dict]:
    lines = (SAMPLE / corpus / f"{part}.jsonl").read_text(encoding="utf8").splitlines()
    return [json.loads(line) for line in lines]


def key(text: str) -> str:
    """A text without case and punctuation, so that noisy copies count as copies."""
    return "".join(character for character in text.lower() if character.isalnum())


@pytest.mark.parametrize("corpus", CORPORA)
def test_sizes(corpus: str) -> None:
    assert len(records(corpus, "train")) >= LEAST_TRAIN[corpus]
    assert len(records(corpus, "dev")) >= 200
    assert len(records(corpus, "test")) >= 250


def test_all_files_together_are_small() -> None:
    assert sum(path.stat().st_size for path in SAMPLE.rglob("*.jsonl")) < 3_000_000


@pytest.mark.parametrize("corpus", CORPORA)
def test_no_text_occurs_twice(corpus: str) -> None:
    texts = [key(record["text"]) for part in PARTS for record in records(corpus, part)]
    assert len(texts) == len(set(texts))


@pytest.mark.parametrize("corpus", CORPORA)
def test_no_template_marks_are_left(corpus: str) -> None:
    for part in PARTS:
        for record in records(corpus, part):
            text = record["text"] + record.get("summary", "")
            assert not re.search(r"[\[\]{}<>|]|  |//|\b[Aa] [aeioAEIO]\w", text), text


@pytest.mark.parametrize("part", PARTS)
def test_entities_align_with_tokens(part: str) -> None:
    tokenizer = spacy.blank("en")
    labels = set()
    for record in records("ner", part):
        doc = tokenizer(record["text"])
        spans = [doc.char_span(start, end, label) for start, end, label in record["entities"]]
        assert None not in spans, record
        doc.ents = spans  # refuses entities that overlap
        labels.update(span.label_ for span in spans)
    assert labels == NER_LABELS


def mentions(part: str) -> list[tuple[str, str]]:
    return [
        (record["text"][start:end].lower(), label)
        for record in records("ner", part)
        for start, end, label in record["entities"]
    ]


def test_many_names_carry_several_labels_in_train() -> None:
    labels: dict[str, set[str]] = {}
    for name, label in mentions("train"):
        labels.setdefault(name, set()).add(label)
    assert sum(len(found) > 1 for found in labels.values()) >= 25


def test_entity_test_part_has_unseen_names_and_patterns() -> None:
    known = {name for name, _ in mentions("train")}
    unseen = [name for name, _ in mentions("test") if name not in known]
    assert len(unseen) > 0.6 * len(mentions("test"))

    def skeletons(part: str) -> list[str]:
        found = []
        for record in records("ner", part):
            text = record["text"]
            for start, end, label in reversed(record["entities"]):
                text = text[:start] + label.lower() + text[end:]
            found.append(key(text))
        return found

    train = set(skeletons("train"))
    assert sum(skeleton not in train for skeleton in skeletons("test")) > 0.6 * 250


@pytest.mark.parametrize("part", PARTS)
def test_messages_have_balanced_classes_and_known_aspects(part: str) -> None:
    messages = records("textcat", part)
    counts = {label: sum(m["label"] == label for m in messages) for label in CLASSES}
    assert sum(counts.values()) == len(messages)
    assert len(set(counts.values())) == 1
    assert {aspect for message in messages for aspect in message["labels"]} == ASPECTS
    assert any(not message["labels"] for message in messages)


def test_same_words_in_another_order_change_the_class() -> None:
    labels: dict[tuple[str, ...], set[str]] = {}
    for message in records("textcat", "train"):
        bag = tuple(sorted(WORD.findall(message["text"].lower())))
        labels.setdefault(bag, set()).add(message["label"])
    assert any(len(found) > 1 for found in labels.values())


def test_message_test_part_has_unseen_words() -> None:
    known = {w for m in records("textcat", "train") for w in WORD.findall(m["text"].lower())}
    messages = records("textcat", "test")
    with_unseen = [m for m in messages if set(WORD.findall(m["text"].lower())) - known]
    assert len(with_unseen) > 0.4 * len(messages)


@pytest.mark.parametrize("part", PARTS)
def test_summaries_are_short_and_copy_their_names_and_numbers(part: str) -> None:
    tokenizer = spacy.blank("en")
    for record in records("summarize", part):
        assert 35 <= len(tokenizer(record["text"])) <= 105
        assert 6 <= len(tokenizer(record["summary"])) <= 17
        words = WORD.findall(record["summary"])
        facts = [w for w in words if w[0].isdigit() or w[0].isupper()]
        source = {word.lower() for word in WORD.findall(record["text"])}
        assert facts
        assert all(fact.lower() in source for fact in facts if fact not in SUMMARY_OPENERS), record


def test_names_in_test_summaries_are_mostly_unseen() -> None:
    train = " ".join(record["text"] for record in records("summarize", "train"))
    pair = re.compile(r"[A-Z]\w+ [A-Z]\w+")
    names = [name for r in records("summarize", "test") for name in pair.findall(r["summary"])]
    assert len(names) > 150
    assert sum(name not in train for name in names) > 0.8 * len(names)


def test_patterns_are_divided_between_the_parts(generator) -> None:
    from sample.material import lines, share

    for name in ("ner_plain", "ner_noisy", "ner_empty", "verdicts", "intents"):
        patterns = lines(name)
        assert len(patterns) == len(set(patterns))
        assert len(share(patterns, "test")) > 0.2 * len(patterns)
        assert sum(len(share(patterns, part)) for part in PARTS) == len(patterns)


def test_the_seed_gives_the_committed_bytes(generator, tmp_path: Path) -> None:
    generator.write_corpora(tmp_path, seed=0)
    for corpus in CORPORA:
        for part in PARTS:
            name = f"{corpus}/{part}.jsonl"
            assert (tmp_path / name).read_bytes() == (SAMPLE / name).read_bytes(), name


def test_another_seed_gives_other_texts(generator) -> None:
    from sample import ner

    assert ner.write_part("dev", 1, set()) != records("ner", "dev")
