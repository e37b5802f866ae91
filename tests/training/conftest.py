"""A corpus of forty sentences and a pipeline that trains on it in a second."""

import random

import pytest
import spacy
from spacy.tokens import Doc, DocBin, Span
from thinc.api import Config

NAMES = ["Anna", "Berlin", "Kyiv", "Otto", "Lima"]
WORDS = "the a saw went to house and red ran with quick dog cat tree".split()

CONFIG = """
[paths]
train = null
dev = null

[nlp]
lang = "en"
pipeline = ["tok2vec","ner","textcat"]

[components]

[components.tok2vec]
factory = "tok2vec"

[components.tok2vec.model]
@architectures = "spacy.Tok2Vec.v2"

[components.tok2vec.model.embed]
@architectures = "spacy.MultiHashEmbed.v2"
width = 16
attrs = ["NORM","SHAPE"]
rows = [100,100]
include_static_vectors = false

[components.tok2vec.model.encode]
@architectures = "spacy-rnn.BiLSTMEncoder.v1"
width = 16
depth = 2

[components.ner]
factory = "ner"

[components.ner.model]
@architectures = "spacy.TransitionBasedParser.v2"
state_type = "ner"
extra_state_tokens = false
hidden_width = 16
maxout_pieces = 2
use_upper = true

[components.ner.model.tok2vec]
@architectures = "spacy.Tok2VecListener.v1"
width = 16

[components.textcat]
factory = "textcat"

[components.textcat.model]
@architectures = "spacy.TextCatReduce.v1"
exclusive_classes = true
use_reduce_first = true
use_reduce_last = true
use_reduce_max = true
use_reduce_mean = true

[components.textcat.model.tok2vec]
@architectures = "spacy.Tok2VecListener.v1"
width = 16

[corpora]

[corpora.train]
@readers = "spacy.Corpus.v1"
path = ${paths.train}

[corpora.dev]
@readers = "spacy.Corpus.v1"
path = ${paths.dev}

[training]
seed = 1
gpu_allocator = null
dropout = 0.2
max_steps = 15
eval_frequency = 3
dev_corpus = "corpora.dev"
train_corpus = "corpora.train"

[training.batcher]
@batchers = "spacy-rnn.batch_by_length.v1"
size = 60

[training.optimizer]
@optimizers = "spacy-rnn.Adam.v1"
weight_decay = 0.01

[training.optimizer.learn_rate]
@schedules = "spacy-rnn.warmup_plateau.v1"
initial_rate = 0.04
warmup_steps = 5
patience = 1

[training.score_weights]
ents_f = 0.5
cats_macro_auc = 0.5

[initialize]
"""


def write_corpus(path, size, seed):
    chance = random.Random(seed)
    vocab = spacy.blank("en").vocab
    docs = []
    for _ in range(size):
        length = chance.randint(1, 14)
        words = [chance.choice(NAMES if chance.random() < 0.2 else WORDS) for _ in range(length)]
        doc = Doc(vocab, words=words)
        doc.ents = [Span(doc, i, i + 1, label="N") for i, word in enumerate(words) if word in NAMES]
        named = float(words[0] in NAMES)
        doc.cats = {"NAMED": named, "NAMELESS": 1.0 - named}
        docs.append(doc)
    DocBin(docs=docs).to_disk(path)


@pytest.fixture(scope="session")
def config_path(tmp_path_factory):
    """The config on disk, beside its corpora."""
    folder = tmp_path_factory.mktemp("tiny")
    write_corpus(folder / "train.spacy", 40, seed=1)
    write_corpus(folder / "dev.spacy", 10, seed=2)
    config = Config().from_str(CONFIG, interpolate=False)
    config["paths"] = {part: str(folder / f"{part}.spacy") for part in ("train", "dev")}
    config.to_disk(folder / "config.cfg")
    return folder / "config.cfg"
