"""A pipeline with an encoder and one head, and a corpus that it reads in no time."""

import pytest
from thinc.api import Config

from tests.training.conftest import CONFIG, write_corpus


@pytest.fixture(scope="session")
def small_config(tmp_path_factory):
    """The config on disk, beside its corpora."""
    folder = tmp_path_factory.mktemp("small")
    config = Config().from_str(CONFIG, interpolate=False)
    config["paths"] = {part: str(folder / f"{part}.spacy") for part in ("train", "dev")}
    for part, size in {"train": 12, "dev": 4}.items():
        write_corpus(folder / f"{part}.spacy", size, seed=size)
    del config["components"]["ner"], config["training"]["score_weights"]["ents_f"]
    config["nlp"]["pipeline"] = ["tok2vec", "textcat"]
    config["training"].update(max_steps=3, eval_frequency=2)
    config.to_disk(folder / "config.cfg")
    return folder / "config.cfg"
