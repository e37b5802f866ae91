"""The pipelines whose speed is compared, from their configs."""

from pathlib import Path
from types import MappingProxyType
from typing import Any, Dict, Mapping, NamedTuple

from spacy.language import Language
from spacy.schemas import ConfigSchemaTraining
from spacy.training.initialize import init_nlp
from spacy.util import load_config, registry

from .texts import Place

ROOT = Path(__file__).parents[2]
OURS, CNN, BILSTM, ENSEMBLE = "spacy-rnn", "spacy-cnn", "spacy-bilstm", "spacy-ensemble"
WIDTH = 256
PEERS = ROOT / "benchmarks" / "peers"
NOTHING: Mapping[str, Any] = MappingProxyType({})
ENCODER = "components.{}.model.tok2vec.encode.width"


class System(NamedTuple):
    """A pipeline with the optimizer and the dropout of its own config."""

    nlp: Language
    optimizer: Any
    dropout: float

    def update(self, batch) -> None:
        """One step of training, as spaCy's loop makes it."""
        self.nlp.update(batch, drop=self.dropout, sgd=self.optimizer)
        self.optimizer.step_schedules()


def ner_systems(place: Place, width: int = WIDTH) -> Dict[str, System]:
    """Ours and the two of spaCy's: its default CNN, and its BiLSTM at our width."""
    return {
        CNN: make(PEERS / "ner-spacy-cnn.cfg", place),
        BILSTM: make(
            PEERS / "ner-spacy-bilstm.cfg",
            place,
            {"components.tok2vec.model.encode.width": width},
        ),
        OURS: make(ROOT / "configs" / "ner.cfg", place, {ENCODER.format("ner"): width}),
    }


def textcat_systems(place: Place, width: int = WIDTH) -> Dict[str, System]:
    """Ours and spaCy's default ensemble."""
    encoder = "components.textcat.model.rnn_model.tok2vec.encode.width"
    return {
        ENSEMBLE: make(PEERS / "textcat_multilabel-spacy-ensemble.cfg", place),
        OURS: make(ROOT / "configs" / "textcat_multilabel.cfg", place, {encoder: width}),
    }


def make(config_path: Path, place: Place, overrides: Mapping[str, Any] = NOTHING) -> System:
    """Initialize a pipeline on a corpus."""
    paths = {f"paths.{part}": str(place.folder / f"{part}.spacy") for part in ("train", "dev")}
    nlp = init_nlp(load_config(config_path, overrides={**paths, **overrides}))
    config = nlp.config.interpolate()
    settings = registry.resolve(config["training"], schema=ConfigSchemaTraining)
    return System(nlp, settings["optimizer"], settings["dropout"])
