"""A component that says which of its files is damaged, and damages none."""

from __future__ import annotations

from pathlib import Path
from typing import Iterable, Union

from spacy.pipeline import TrainablePipe

from ..layers.torch_modules import check_weights
from ..safety.blame import blaming


class NamesDamagedFiles(TrainablePipe):
    """Also under `spacy.load`, which reports the errors of parsers without a file."""

    def from_disk(
        self, path: Union[str, Path], *, exclude: Iterable[str] = ()
    ) -> "NamesDamagedFiles":
        """RAISES: ModelFileError naming the files, the component and the remedy."""
        with blaming(Path(path), self.name):
            return super().from_disk(path, exclude=exclude)

    def to_disk(self, path: Union[str, Path], *, exclude: Iterable[str] = ()) -> None:
        """RAISES: NonFiniteError naming a weight. The files that stood there are untouched then."""
        if "model" not in exclude:
            check_weights(self.model)
        super().to_disk(path, exclude=exclude)
