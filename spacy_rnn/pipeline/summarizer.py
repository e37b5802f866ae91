"""The component that writes a text about each Doc: a summary, a title, a translation."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterable, List, Optional

from spacy.language import Language
from spacy.pipeline.trainable_pipe import TrainablePipe
from spacy.tokens import Doc
from spacy.training import Example, validate_examples, validate_get_examples
from spacy.vocab import Vocab
from thinc.api import Model, Optimizer, set_dropout_rate

from ..annotations import declare_target
from ..decoding.ranking import Hypothesis
from ..decoding.search import SearchSettings
from ..errors import NotInitializedError
from ..labels.target_vocabulary import SourceIds, TargetVocabulary
from ..layers.seq2seq import teach, trace, write
from ..nn.losses import LossSettings
from .listeners import require_shared_vectors
from .target_text import Summary, gold_target, put_together

# What is written about a source without words.
EMPTY = Hypothesis([], [], 0.0)
# Docs that show the model its sizes.
SAMPLE = 10


class Summarizer(TrainablePipe):
    """Writes `doc._.<attr>`.

    tokenizer: cuts targets into words.
    search: how targets are looked for. loss: what training minimizes.
    vocabulary_size, min_count: see `TargetVocabulary.learn`.
    """

    def __init__(
        self,
        vocab: Vocab,
        model: Model,
        name: str = "rnn_summarizer",
        *,
        tokenizer: Callable[[str], Doc],
        attr: str,
        search: SearchSettings,
        loss: LossSettings,
        vocabulary_size: int,
        min_count: int,
        scorer: Optional[Callable] = None,
    ) -> None:
        declare_target(attr)
        self.vocab = vocab
        self.model = model
        self.name = name
        self.tokenizer = tokenizer
        self.search = search
        self.loss = loss
        self.vocabulary_size = vocabulary_size
        self.min_count = min_count
        self.scorer = scorer
        self.cfg = {"attr": attr, "vocabulary": None}
        self._vocabulary: Optional[TargetVocabulary] = None

    @property
    def attr(self) -> str:
        return self.cfg["attr"]

    @property
    def vocabulary(self) -> TargetVocabulary:
        """The words of targets. RAISES: NotInitializedError."""
        data = self.cfg["vocabulary"]
        if data is None:
            raise NotInitializedError(
                f"[components.{self.name}] has no vocabulary yet: call nlp.initialize() with "
                "examples first, or load a trained pipeline with spacy.load()."
            )
        # Loading replaces cfg: the list of words tells whether it did.
        if self._vocabulary is None or self._vocabulary.words is not data["words"]:
            self._vocabulary = TargetVocabulary.from_dict(data)
        return self._vocabulary

    @property
    def label_data(self) -> Optional[Dict[str, Any]]:
        """The vocabulary, as `spacy init labels` writes it and `initialize` takes it."""
        return self.cfg["vocabulary"]

    def initialize(
        self,
        get_examples: Callable[[], Iterable[Example]],
        *,
        nlp: Optional[Language] = None,
        labels: Optional[Dict[str, Any]] = None,
    ) -> None:
        """Learn the vocabulary of targets, and give the model its sizes.

        labels: a vocabulary as `label_data` gives it; none is learned then.
        """
        validate_get_examples(get_examples, "Summarizer.initialize")
        vocabulary = (
            self._learn(get_examples()) if labels is None else TargetVocabulary.from_dict(labels)
        )
        self.cfg["vocabulary"] = vocabulary.to_dict()
        docs = [eg.predicted for _, eg in zip(range(SAMPLE), get_examples())]
        decoder = self.model.get_ref("decoder")
        decoder.set_dim("nO", len(vocabulary), force=True)
        self.model.initialize(X=[doc for doc in docs if len(doc)] or docs)

    def _learn(self, examples: Iterable[Example]) -> TargetVocabulary:
        targets = (gold_target(eg.reference, self.attr) for eg in examples)
        tokens = [
            [(token.text, bool(token.whitespace_)) for token in self.tokenizer(target)]
            for target in targets
            if target
        ]
        if not tokens:
            raise ValueError(
                f"No example has a target for [components.{self.name}]: doc._.{self.attr} is empty "
                'everywhere. Read the corpus with @readers = "spacy-rnn.SummaryCorpus.v1", or save '
                f"it with DocBin(store_user_data=True) after setting doc._.{self.attr}."
            )
        return TargetVocabulary.learn(tokens, self.vocabulary_size, self.min_count)

    def predict(self, docs: Iterable[Doc]) -> List[Summary]:
        """RETURNS: what to write about each doc, "" about one without words."""
        docs = list(docs)
        vocabulary = self.vocabulary
        require_shared_vectors(self.name, self.model, docs)
        decodable = self.model.predict(docs)
        sources = [self._source_ids(doc) for doc in docs]
        ids = [source.ids for source in sources]
        found = write(decodable, ids, self.search)
        best = [best[0] if best and _has_words(doc) else EMPTY for doc, best in zip(docs, found)]
        origins = trace(decodable, ids, best)
        return [put_together(vocabulary, *parts) for parts in zip(docs, sources, best, origins)]

    def set_annotations(self, docs: Iterable[Doc], summaries: List[Summary]) -> None:
        for doc, summary in zip(docs, summaries):
            doc._.set(self.attr, summary.text)

    def update(
        self,
        examples: Iterable[Example],
        *,
        drop: float = 0.0,
        sgd: Optional[Optimizer] = None,
        losses: Optional[Dict[str, float]] = None,
    ) -> Dict[str, float]:
        """Learn from the examples that have a target. The loss is the sum over their words."""
        losses = {} if losses is None else losses
        losses.setdefault(self.name, 0.0)
        examples = list(examples)
        validate_examples(examples, "Summarizer.update")
        if not any(len(eg.predicted) for eg in examples):
            return losses
        set_dropout_rate(self.model, drop)
        # All docs go through the model, as a shared tok2vec waits for the gradient of all of them.
        docs = [eg.predicted for eg in examples]
        decodable, backprop = self.model.begin_update(docs)
        sources = [self._source_ids(doc) for doc in docs]
        targets = [self._target_ids(eg, source) for eg, source in zip(examples, sources)]
        ids = [source.ids for source in sources]
        loss, gradient = teach(self.model, decodable, ids, targets, self.loss)
        backprop(gradient)
        if sgd not in (None, False):
            self.finish_update(sgd)
        losses[self.name] += loss
        return losses

    def _source_ids(self, doc: Doc) -> SourceIds:
        return self.vocabulary.source_ids([token.text for token in doc])

    def _target_ids(self, example: Example, source: SourceIds) -> List[int]:
        """Ids of the gold target, [] where there is none. What cannot be written is cut off."""
        target = gold_target(example.reference, self.attr)
        if not target:
            return []
        forms = [token.text for token in self.tokenizer(target)]
        return self.vocabulary.target_ids(forms, source)[: self.search.lengths.maximum + 1]

    def add_label(self, label: str) -> int:
        """Words cannot be added one by one. RAISES: ValueError saying what to do."""
        raise ValueError(
            f"[components.{self.name}] learns its words in initialize(). Words that the source has "
            "are copied without being known; for others train again with vocabulary_size raised."
        )


def _has_words(doc: Doc) -> bool:
    return not all(token.is_space for token in doc)
