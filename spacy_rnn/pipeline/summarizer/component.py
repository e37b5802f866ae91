"""The component that writes a text about each Doc: a summary, a title, a translation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable, Dict, Iterable, List, Optional

from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from spacy.vocab import Vocab
from thinc.api import Model

from ...annotations import declare_target
from ...decoding.search import SearchSettings
from ...errors import NotInitializedError
from ...labels.target_vocabulary import SourceIds, TargetVocabulary
from ...labels.vocabularies import VocabularySettings, read_vocabulary, units_of
from ...layers.risk import OwnSearch
from ...layers.seq2seq import decoders
from ...layers.teaching import teach
from ...nn.losses import LossSettings
from ..bad_docs import KeepsGoodDocs
from ..damaged_files import NamesDamagedFiles
from ..first_examples import first_examples
from ..given_labels import check_vocabulary
from ..learning import LearnsInParts
from ..listeners import require_shared_vectors
from .origins import pack_origins
from .source_pieces import cut, join, together
from .target_text import Summary, gold_target, target_tokens
from .word_constraints import WordConstraints
from .writing import write_texts

# Tokens that are encoded side by side: a bound on memory, far above what speed asks for.
TOKENS = 50_000


class Summarizer(LearnsInParts, KeepsGoodDocs, NamesDamagedFiles):
    """Writes `doc._.<attr>`, and where its words come from into `doc._.<origins_attr>` if named.

    tokenizer: cuts targets into words. long_sources: "lead" or "chunked".
    words: of targets. search, constraints: how targets are looked for.
    loss: what training minimizes. candidates: texts of its own whose risk that can include.
    """

    def __init__(
        self,
        vocab: Vocab,
        model: Model,
        name: str = "rnn_summarizer",
        *,
        tokenizer: Callable[[str], Doc],
        attr: str,
        origins_attr: str,
        long_sources: str,
        words: VocabularySettings,
        search: SearchSettings,
        constraints: WordConstraints,
        loss: LossSettings,
        candidates: int = 6,
        scorer: Optional[Callable] = None,
    ) -> None:
        declare_target(attr)
        if origins_attr:
            declare_target(origins_attr)
        self.origins_attr = origins_attr
        self.long_sources = long_sources
        self.words = words
        self.vocab = vocab
        self.model = model
        self.name = name
        self.tokenizer = tokenizer
        self.search = search
        self.constraints = constraints
        self.loss = loss
        self.candidates = candidates
        self.scorer = scorer
        self.cfg = {"attr": attr, "vocabulary": None}
        self._vocabulary: Optional[TargetVocabulary] = None
        self._read: Optional[Dict[str, Any]] = None

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
        # Loading replaces cfg: whether it did shows in the data that was read.
        if self._vocabulary is None or self._read is not data:
            self._vocabulary, self._read = read_vocabulary(data), data
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
        docs = [eg.predicted for eg in first_examples(get_examples, "Summarizer.initialize")]
        check_vocabulary(self.name, labels)
        if labels is None:
            golds = (eg.reference for eg in get_examples())
            tokens = target_tokens(golds, self.attr, self.tokenizer, self.name)
            labels = self.words.learn(tokens).to_dict()
        if units_of(labels) != self.words.units:
            raise ValueError(
                f"[initialize.components.{self.name}.labels] holds {units_of(labels)}, and "
                f"components.{self.name}.target_units is {self.words.units!r}: make them agree."
            )
        self.cfg["vocabulary"] = labels
        for decoder in decoders(self.model):
            decoder.set_dim("nO", len(self.vocabulary), force=True)
        self.model.initialize(X=[doc for doc in docs if len(doc)] or docs)

    def predict(self, docs: Iterable[Doc]) -> List[Summary]:
        """RETURNS: what to write about each doc, "" about one without words."""
        docs = list(docs)
        require_shared_vectors(self.name, self.model, docs)
        pieces = [self._pieces(doc) for doc in docs]
        batches = together((piece for of_one in pieces for piece in of_one), TOKENS)
        written = (best[0] for batch in batches for best in self._write(batch, self.search))
        return [
            join([next(written) for _ in of_one], [len(piece) for piece in of_one])
            for of_one in pieces
        ]

    def n_best(self, docs: Iterable[Doc], n: int) -> List[List[Summary]]:
        """The n best texts about each doc, best first, without changing it. Of a long source they
        read the lead. RAISES: ValueError if n is not positive."""
        if n < 1:
            raise ValueError(f"n must be at least 1, got {n}")
        search = self._searching(n, max(n, self.search.beam.width))
        return [best for batch in together(docs, TOKENS) for best in self._write(batch, search)]

    def _searching(self, n: int, width: int) -> SearchSettings:
        """For the n best texts."""
        beam = replace(self.search.beam, width=width, n_best=n)
        return replace(self.search, beam=beam, sampling=None)

    def _own_search(self, sources: List[SourceIds]) -> OwnSearch:
        search = replace(self._searching(self.candidates, self.candidates), consensus=0.0)
        closed = (self.constraints.closed(source, self.vocabulary) for source in sources)
        settings = self.constraints.of(search, self.vocabulary)
        return OwnSearch(settings, [source.ids for source in closed])

    def _pieces(self, doc: Doc) -> List[Doc]:
        if self.long_sources == "lead":
            return [doc]
        return cut(doc, self.model.attrs["max_source_length"])

    def _write(self, docs: List[Doc], search: SearchSettings) -> List[List[Summary]]:
        decodables = self.model.predict(docs)
        search = self.constraints.of(search, self.vocabulary)
        sources = [self.constraints.closed(self._source_ids(doc), self.vocabulary) for doc in docs]
        return write_texts(self.vocabulary, decodables, docs, sources, search)

    def set_annotations(self, docs: Iterable[Doc], summaries: List[Summary]) -> None:
        for doc, summary in zip(docs, summaries):
            doc._.set(self.attr, summary.text)
            if self.origins_attr:
                doc._.set(self.origins_attr, pack_origins(summary))

    def learn(self, examples: List[Example], share: float) -> float:
        """The loss is the sum over the words of those targets that there are."""
        # All docs go through the model, as a shared tok2vec waits for the gradient of all of them.
        docs = [eg.predicted for eg in examples]
        decodables, backprop = self.model.begin_update(docs)
        sources = [self._source_ids(doc) for doc in docs]
        targets = [self._target_ids(eg, source) for eg, source in zip(examples, sources)]
        ids = [source.ids for source in sources]
        own = self._own_search(sources) if self.loss.risk else None
        loss, gradients = teach(decodables, ids, targets, self.loss, share, own)
        backprop(gradients)
        return loss

    def count_gold(self, examples: List[Example]) -> int:
        """The words of all targets, as far as they can be written, with their ends."""
        read = [eg for eg in examples if len(eg.predicted)]
        return sum(len(self._target_ids(eg, self._source_ids(eg.predicted))) for eg in read)

    def _source_ids(self, doc: Doc) -> SourceIds:
        """The words of the tokens that the decoder looks at."""
        limit, copies = self.model.attrs["max_source_length"], self.model.attrs["copies"]
        return self.vocabulary.source_ids([token.text for token in doc[:limit]], copies)

    def _target_ids(self, example: Example, source: SourceIds) -> List[int]:
        """Ids of the gold target, [] where there is none. What cannot be written is cut off."""
        target = gold_target(example.reference, self.attr)
        if not target:
            return []
        forms = [token.text for token in self.tokenizer(target)]
        return self.vocabulary.target_ids(forms, source)[: self.search.lengths.maximum + 1]

    def score(self, examples: Iterable[Example], **cfg: Any) -> Dict[str, Any]:
        """What the scorer says, which is told where the origins of words are."""
        return super().score(examples, origins_attr=self.origins_attr, **cfg)

    def add_label(self, label: str) -> int:
        """Words cannot be added one by one. RAISES: ValueError saying what to do."""
        raise ValueError(
            f"[components.{self.name}] learns its words in initialize(). Words that the source has "
            "are copied without being known; for others train again with vocabulary_size raised."
        )
