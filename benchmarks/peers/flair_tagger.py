"""Flair's SequenceTagger: a BiLSTM-CRF over word and character embeddings, nothing downloaded."""

import logging
import tempfile
import time
from pathlib import Path
from typing import Dict, List, Tuple

import flair
import scores
import spacy
import tasks
from flair.data import Corpus, Dictionary, FlairDataset, Sentence
from flair.embeddings import CharacterEmbeddings, OneHotEmbeddings, StackedEmbeddings
from flair.models import SequenceTagger
from flair.trainers import ModelTrainer
from flair.trainers.plugins import TrainerPlugin, TrainingInterrupt
from spacy.tokens import Doc, Span
from spacy.training import Example

PARTS = ("train", "dev", "test")


class Sentences(FlairDataset):
    """The sentences of one part of a corpus."""

    def __init__(self, docs: List[Doc]) -> None:
        self.sentences = [to_sentence(doc) for doc in docs if len(doc)]

    def is_in_memory(self) -> bool:
        return True

    def __len__(self) -> int:
        return len(self.sentences)

    def __getitem__(self, index: int = 0) -> Sentence:
        return self.sentences[index]


class Clock(TrainerPlugin):
    """Ends the training when its CPU seconds are used."""

    def __init__(self, budget: float) -> None:
        super().__init__()
        self.end = time.process_time() + budget

    @TrainerPlugin.hook
    def after_training_batch(self, **_) -> None:
        if time.process_time() > self.end:
            raise TrainingInterrupt("the budget is used")


def run(
    system: str, task: str, corpus: Path, seed: int, budget: float
) -> Tuple[Dict[str, float], float]:
    """Train with Flair's own settings, and take the epoch that is best on dev.

    RETURNS: test scores, CPU seconds of training.
    """
    # Otherwise it prints its vocabularies.
    logging.getLogger("flair").setLevel(logging.WARNING)
    flair.set_seed(seed)
    docs = {part: tasks.read_docs(corpus, part, spacy.blank("en")) for part in PARTS}
    # Without a test part the trainer loads its best epoch and leaves testing to us.
    data = Corpus(Sentences(docs["train"]), Sentences(docs["dev"]), sample_missing_splits=False)
    tagger = build(data)
    start = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        ModelTrainer(tagger, data).train(
            folder,
            plugins=[Clock(budget)],
            create_file_logs=False,
            create_loss_file=False,
            save_final_model=False,
        )
    seconds = time.process_time() - start
    return scores.ner([predict(tagger, doc) for doc in docs["test"]], docs["train"]), seconds


def build(data: Corpus) -> SequenceTagger:
    """Learned embeddings of words that occur twice, and of characters (Lample et al. 2016)."""
    characters = Dictionary()
    for sentence in data.train.sentences:
        for character in sentence.to_plain_string():
            characters.add_item(character)
    words = OneHotEmbeddings.from_corpus(data, min_freq=2, embedding_length=100)
    return SequenceTagger(
        embeddings=StackedEmbeddings([words, CharacterEmbeddings(characters)]),
        tag_dictionary=data.make_label_dictionary("ner", add_unk=False),
        tag_type="ner",
    )


def to_sentence(doc: Doc) -> Sentence:
    """The same tokens and entities."""
    sentence = Sentence([token.text for token in doc])
    for ent in doc.ents:
        sentence[ent.start : ent.end].add_label("ner", ent.label_)
    return sentence


def predict(tagger: SequenceTagger, doc: Doc) -> Example:
    """RETURNS: what Flair finds in a doc, beside the annotation."""
    predicted = Doc(doc.vocab, words=[token.text for token in doc])
    if len(doc):
        sentence = Sentence([token.text for token in doc])
        tagger.predict(sentence, embedding_storage_mode="none")
        predicted.ents = [
            Span(predicted, span[0].idx - 1, span[-1].idx, label=span.get_label("ner").value)
            for span in sentence.get_spans("ner")
        ]
    return Example(predicted, doc)
