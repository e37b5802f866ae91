"""What is done to components at the wrong moment, by name, with what each of them says.

An action gets a `Life`, the state of one component in small pipelines. Expected is `FINE`, or an
error; a dict gives the components that differ from the others under `None`.
"""

import copy
import pickle
from typing import NamedTuple

import numpy as np
import spacy
from spacy.tokens import Doc
from spacy.training import Example
from spacy.vectors import Vectors
from spacy.vocab import Vocab

from spacy_rnn.errors import NonFiniteError, NotInitializedError
from tests.bad_input.expected import Raises
from tests.conftest import MODELS, SETTINGS, TOK2VEC, gold

FINE = "fine"
NER, TEXTCAT, SUMMARIZER = MODELS
NAN = float("nan")


class Life(NamedTuple):
    """One component. trained: its bytes after training."""

    component: str
    trained: bytes

    def pipeline(self, tok2vec=None, shared=False):
        """A new pipeline with it. shared: behind an encoder that it listens to."""
        nlp = spacy.blank("xx")
        if shared:
            nlp.add_pipe("tok2vec", config={"model": TOK2VEC})
        model = copy.deepcopy(MODELS[self.component])
        if tok2vec:
            model["tok2vec"] = tok2vec
        nlp.add_pipe(self.component, config={"model": model, **SETTINGS[self.component]})
        return nlp

    def pipe(self):
        return self.pipeline().get_pipe(self.component)

    def initialized(self, nlp=None, **settings):
        nlp = nlp or self.pipeline()
        nlp.get_pipe(self.component).initialize(lambda: gold(nlp), nlp=nlp, **settings)
        return nlp

    def learned(self):
        nlp = self.pipeline()
        nlp.get_pipe(self.component).from_bytes(self.trained)
        return nlp

    def update(self, nlp, examples=None, **settings):
        examples = gold(nlp) if examples is None else examples
        return nlp.get_pipe(self.component).update(examples, **settings)

    def with_vectors(self, width=5, value=1.0):
        """A pipeline with static vectors, not initialized."""
        embed = {**TOK2VEC["embed"], "include_static_vectors": True}
        return give_vectors(self.pipeline({**TOK2VEC, "embed": embed}), width, value)

    def listening(self):
        """A pipeline where it listens to a shared encoder, initialized."""
        nlp = self.pipeline({"@architectures": "spacy.Tok2VecListener.v1", "width": 32}, True)
        nlp.initialize(lambda: gold(nlp))
        return nlp


def give_vectors(nlp, width, value=1.0):
    data = np.full((3, width), value, dtype="float32")
    nlp.vocab.vectors = Vectors(data=data, keys=["Anna", "Bob", "Paris"])
    return nlp


def without_annotation(nlp):
    return [Example.from_dict(nlp.make_doc("I saw Anna"), {}) for _ in range(2)]


def add(nlp, life, *labels):
    """RETURNS: the pipeline, with labels added to the component."""
    for label in labels:
        nlp.get_pipe(life.component).add_label(label)
    return nlp


NO_WEIGHTS = Raises(NotInitializedError, "nlp.initialize()")
NO_CALLBACK = Raises(TypeError, "invalid get_examples callback")
NO_EXAMPLES = Raises(TypeError, "takes a list of Example objects")
NOTHING_TO_LEARN = {
    NER: Raises(ValueError, "there is nothing to learn"),
    TEXTCAT: Raises(ValueError, "at least two labels"),
    SUMMARIZER: Raises(ValueError, "No example has a target"),
}
NO_LABELS = Raises(ValueError, "[initialize.components.rnn_")
NO_NEW_WORDS = Raises(ValueError, "learns its words in initialize()")
ADDED = {None: FINE, SUMMARIZER: NO_NEW_WORDS}
NO_LABEL = {None: Raises(ValueError, "Only unicode strings"), SUMMARIZER: NO_NEW_WORDS}
NO_ENCODER = Raises(ValueError, "listens to the vectors of 'tok2vec'")
NO_DROPOUT = Raises(ValueError, "dropout must be at least 0 and below 1")
NO_TEXT = Raises(ValueError, "Expected a string, Doc, or bytes")
NO_DOC = Raises(TypeError, "")

UNTRAINED = {
    "predict": (lambda life: life.pipeline()("Anna"), NO_WEIGHTS),
    "predict many": (lambda life: list(life.pipeline().pipe(["Anna", ""])), NO_WEIGHTS),
    "update": (
        lambda life: life.update(life.pipeline()),
        {None: NO_WEIGHTS, TEXTCAT: Raises(ValueError, "does not know the categories")},
    ),
    "predict after bytes": (
        lambda life: life.pipe().from_bytes(life.pipe().to_bytes()).predict([doc("Anna")]),
        NO_WEIGHTS,
    ),
    "predict after pickle": (
        lambda life: pickle.loads(pickle.dumps(life.pipeline()))("Anna"),
        NO_WEIGHTS,
    ),
    "predict with labels": (
        lambda life: add(life.pipeline(), life, "A", "B")("Anna"),
        {None: NO_WEIGHTS, SUMMARIZER: NO_NEW_WORDS},
    ),
    "bytes": (lambda life: life.pipeline().from_bytes(life.pipeline().to_bytes()), FINE),
    "copy": (lambda life: copy.deepcopy(life.pipeline()), FINE),
}
INITIALIZE = {
    "no examples": (lambda life: life.pipe().initialize(lambda: []), NO_CALLBACK),
    "a list": (lambda life: life.pipe().initialize([]), NO_CALLBACK),
    "None": (lambda life: life.pipe().initialize(None), NO_CALLBACK),
    "docs": (lambda life: life.pipe().initialize(lambda: [doc("Anna")]), NO_EXAMPLES),
    "texts": (lambda life: life.pipe().initialize(lambda: ["Anna"]), NO_EXAMPLES),
    "no annotation": (
        lambda life: life.pipe().initialize(lambda: without_annotation(spacy.blank("xx"))),
        NOTHING_TO_LEARN,
    ),
    "nothing at all": (lambda life: life.pipeline().initialize(), NOTHING_TO_LEARN),
    "empty labels": (
        lambda life: life.initialized(labels=[]),
        {**NOTHING_TO_LEARN, SUMMARIZER: NO_LABELS},
    ),
    "one label": (
        lambda life: life.initialized(labels=["PER"]),
        {**NOTHING_TO_LEARN, NER: FINE, SUMMARIZER: NO_LABELS},
    ),
    "number as labels": (lambda life: life.initialized(labels=3), NO_LABELS),
    "word as labels": (lambda life: life.initialized(labels="PER"), NO_LABELS),
    "numbers as labels": (lambda life: life.initialized(labels=[3, 4]), NO_LABELS),
    "empty names as labels": (lambda life: life.initialized(labels=["", "A"]), NO_LABELS),
    "object as labels": (lambda life: life.initialized(labels={"A": 1, "B": 2}), NO_LABELS),
    "twice": (lambda life: life.initialized(life.initialized())("Anna"), FINE),
    "after training": (lambda life: life.initialized(life.learned())("Anna"), FINE),
    "no static vectors": (
        lambda life: life.initialized(give_vectors(life.with_vectors(), 0)),
        Raises(ValueError, "the pipeline has no vectors"),
    ),
    "NaN in static vectors": (
        lambda life: life.update(life.initialized(life.with_vectors(value=NAN))),
        Raises(NonFiniteError, "static vectors of"),
    ),
}
LATER = {
    "a new label": (lambda life: add(life.learned(), life, "NEW")("Anna"), ADDED),
    "a label twice": (lambda life: add(life.learned(), life, "NEW", "NEW")("Anna"), ADDED),
    "a number as label": (lambda life: add(life.learned(), life, 3), NO_LABEL),
    "None as label": (lambda life: add(life.learned(), life, None), NO_LABEL),
    "update after load": (lambda life: life.update(life.learned()), FINE),
    "update on a new label": (
        lambda life: life.update(add(life.learned(), life, "NEW")),
        ADDED,
    ),
    "update on nothing": (lambda life: life.update(life.learned(), []), FINE),
    "update on docs": (lambda life: life.update(life.learned(), [doc("Anna")]), NO_EXAMPLES),
    "update on texts": (lambda life: life.update(life.learned(), ["Anna"]), NO_EXAMPLES),
    "dropout of 1": (lambda life: life.update(life.learned(), drop=1.0), NO_DROPOUT),
    "dropout above 1": (lambda life: life.update(life.learned(), drop=1.5), NO_DROPOUT),
    "dropout below 0": (lambda life: life.update(life.learned(), drop=-0.1), NO_DROPOUT),
    "NaN as dropout": (lambda life: life.update(life.learned(), drop=NAN), NO_DROPOUT),
    "no docs": (lambda life: list(life.learned().pipe([])), FINE),
    "None": (lambda life: life.learned()(None), NO_TEXT),
    "a number": (lambda life: life.learned()(3), NO_TEXT),
    "a list": (lambda life: life.learned()(["Anna"]), NO_TEXT),
    "text past the tokenizer": (lambda life: piece(life)("Anna"), NO_DOC),
    "None past the tokenizer": (lambda life: piece(life)(None), NO_DOC),
    "a span": (lambda life: piece(life)(doc("Anna", "saw", "Bob")[1:2]), NO_DOC),
    "a doc of another vocabulary": (lambda life: piece(life)(doc("Anna", "saw", "Bob")), FINE),
    "its name twice": (
        lambda life: life.learned().add_pipe(life.component),
        Raises(ValueError, "already exists in pipeline"),
    ),
    "bytes of another component": (
        lambda life: life.pipe().from_bytes(neighbour(life).to_bytes()),
        {
            None: Raises(ValueError, "mismatched structure"),
            NER: Raises(ValueError, "Cannot add reference"),
        },
    ),
    "bytes of another width": (
        lambda life: life.pipeline(NARROW).get_pipe(life.component).from_bytes(life.trained),
        Raises(ValueError, "from 16 to 32"),
    ),
    "no bytes": (lambda life: life.pipe().from_bytes(b""), Raises(ValueError, "Unpack failed")),
    "a folder that is not there": (
        lambda life: life.pipe().from_disk("/nowhere"),
        Raises(ValueError, "/nowhere"),
    ),
    "a listener alone": (lambda life: transplant(life)("Anna"), NO_ENCODER),
    "a listener whose encoder is off": (lambda life: silence(life)("Anna"), NO_ENCODER),
    "a listener updated without its encoder": (
        lambda life: life.update(life.listening()),
        Raises(ValueError, "tok2vec embedding layer is not updated"),
    ),
    "a listener": (lambda life: life.listening()("Anna"), FINE),
    "vectors of another width": (
        lambda life: give_vectors(life.initialized(life.with_vectors()), 7)("Anna"),
        Raises(ValueError, "vectors are 7 wide"),
    ),
    "vectors that are gone": (
        lambda life: give_vectors(life.initialized(life.with_vectors()), 0)("Anna"),
        Raises(ValueError, "the pipeline has no vectors"),
    ),
    "vectors of NaN": (
        lambda life: give_vectors(life.initialized(life.with_vectors()), 5, NAN)("Anna"),
        Raises(NonFiniteError, "static vectors of"),
    ),
    "infinite vectors": (
        lambda life: give_vectors(life.initialized(life.with_vectors()), 5, -np.inf)("Anna"),
        Raises(NonFiniteError, "static vectors of"),
    ),
}

NARROW = {**TOK2VEC, "encode": {**TOK2VEC["encode"], "width": 16}}


def doc(*words):
    return Doc(Vocab(), list(words))


def piece(life):
    return life.learned().get_pipe(life.component)


def neighbour(life):
    """Another component, initialized."""
    names = list(MODELS)
    other = Life(names[names.index(life.component) - 1], b"")
    return other.initialized().get_pipe(other.component)


def transplant(life):
    """A pipeline that took a listening component without the encoder."""
    nlp = spacy.blank("xx")
    nlp.add_pipe(life.component, source=life.listening())
    return nlp


def silence(life):
    nlp = life.listening()
    nlp.disable_pipe("tok2vec")
    return nlp


def _expected(expected, component):
    return expected.get(component, expected.get(None)) if isinstance(expected, dict) else expected


CASES = [
    (component, f"{moment}: {name}", action, _expected(expected, component))
    for component in MODELS
    for moment, actions in {
        "untrained": UNTRAINED,
        "initialize": INITIALIZE,
        "later": LATER,
    }.items()
    for name, (action, expected) in actions.items()
]
