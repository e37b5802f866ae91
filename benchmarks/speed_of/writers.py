"""Our pipelines that write, asked like a peer: untrained, and every text of one length."""

from dataclasses import replace
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Sequence, Tuple

import srsly
from spacy.schemas import ConfigSchemaTraining
from spacy.tokens import Doc, DocBin
from spacy.training import Example
from spacy.util import load_config, load_model_from_config, registry

from spacy_rnn.decoding.beam import Beam
from spacy_rnn.labels.vocabularies import VocabularySettings

from .stopwatch import clock
from .systems import ROOT, System

WIDTH = 256
# Pairs that the pipeline sees before it is asked to do anything.
EXAMPLES = 100


class Setting(NamedTuple):
    """A kind of text, and the sizes that everybody has.

    config: ours. component: its name in the pipeline. system, toolkit: the peer's name, and the
        package that it needs.
    vocabulary: words that can be generated. source: tokens of a source at most. words: how many
        are written about each. beam: its width.
    """

    task: str
    corpus: str
    config: str
    component: str
    system: str
    toolkit: str
    vocabulary: int
    source: int
    words: int
    beam: int

    @property
    def overrides(self) -> Dict[str, Any]:
        """What is changed in our config."""
        model = f"components.{self.component}.model"
        return {
            f"components.{self.component}.min_length": self.words,
            f"components.{self.component}.max_length": self.words,
            f"{model}.width": WIDTH,
            f"{model}.tok2vec.encode.width": WIDTH,
            f"{model}.tok2vec.embed.widths": [160, 32, 32, 32],
        }


class Ours:
    """A pipeline that learns and writes, with the methods of `Elsewhere`.

    pairs: what its vocabulary is taken from, as that of the peer. folder: for its files.
    """

    def __init__(self, setting: Setting, pairs: Sequence[Tuple[str, str]], folder: Path) -> None:
        path = ROOT / "configs" / f"{setting.config}.cfg"
        corpus = {f"paths.{part}": str(folder / "pairs.spacy") for part in ("train", "dev")}
        config = load_config(path, overrides={**corpus, **setting.overrides})
        nlp = load_model_from_config(config, auto_fill=True)
        self.pipe = nlp.get_pipe(setting.component)
        self.tokenizer = nlp.tokenizer
        docs = [self._pair(*pair) for pair in pairs[:EXAMPLES]]
        DocBin(docs=docs, store_user_data=True).to_disk(folder / "pairs.spacy")
        # By the pipeline's own tokenizer: like the peer's, it knows the words before it is timed.
        words = (
            [(token.text, bool(token.whitespace_)) for token in self.tokenizer(text)]
            for pair in pairs
            for text in pair
        )
        learned = VocabularySettings("words", setting.vocabulary, 1).learn(words)
        srsly.write_json(folder / "words.json", learned.to_dict())
        labels = {"@readers": "spacy.read_labels.v1", "path": str(folder / "words.json")}
        nlp.config["initialize"]["components"] = {setting.component: {"labels": labels}}
        nlp.initialize(lambda: [Example(nlp.make_doc(doc.text), doc) for doc in docs])
        training = registry.resolve(
            nlp.config.interpolate()["training"], schema=ConfigSchemaTraining
        )
        self.system = System(nlp, training["optimizer"], training["dropout"])
        self.batcher = training["batcher"]

    def write(self, sources: List[str], beam: int) -> Tuple[float, List[str]]:
        """RETURNS: seconds, what is written about each source."""
        self.pipe.search = replace(self.pipe.search, beam=Beam(beam))
        start = clock()
        docs = list(self.system.nlp.pipe(sources))
        return clock() - start, [doc._.get(self.pipe.attr) for doc in docs]

    def learn(self, pairs: Sequence[Tuple[str, str]]) -> Tuple[float, int]:
        """RETURNS: seconds, target words with the end of each."""
        examples = [Example(self.tokenizer(pair[0]), self._pair(*pair)) for pair in pairs]
        words = sum(len(self.tokenizer(target)) + 1 for _, target in pairs)
        start = clock()
        for batch in self.batcher(examples):
            self.system.update(batch)
        return clock() - start, words

    def _pair(self, source: str, target: str) -> Doc:
        doc = self.tokenizer(source)
        doc._.set(self.pipe.attr, target)
        return doc
