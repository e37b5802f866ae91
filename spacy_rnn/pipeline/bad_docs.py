"""A doc that cannot be read costs itself, and not the batch that it came in."""

from __future__ import annotations

from typing import Iterable, Iterator, List

from spacy.pipeline import TrainablePipe
from spacy.tokens import Doc
from spacy.util import minibatch


class KeepsGoodDocs(TrainablePipe):
    """A component whose error handler is given the docs that fail on their own, one by one.

    spaCy's components give it the whole batch, which is lost then.
    """

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 128) -> Iterator[Doc]:
        """Annotate docs in batches. YIELDS: the docs, in order, less those that failed."""
        for docs in minibatch(stream, size=batch_size):
            try:
                self._annotate(docs)
            except Exception:
                docs = [doc for doc in docs if self._succeeds(doc)]
            yield from docs

    def _annotate(self, docs: List[Doc]) -> None:
        self.set_annotations(docs, self.predict(docs))

    def _succeeds(self, doc: Doc) -> bool:
        try:
            self._annotate([doc])
        except Exception as error:
            self.get_error_handler()(self.name, self, [doc], error)
            return False
        return True
