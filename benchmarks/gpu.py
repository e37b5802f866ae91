"""How fast we are on a GPU, beside spaCy's own pipelines on the same one.

    python benchmarks/gpu.py
    python benchmarks/gpu.py --device cpu --small

Medians of several rounds, each timed until the device has caught up, the goals first. After eight
and three quarters minutes whatever is being measured is given up, so that the whole takes at most
nine. The second command only tries the script.
"""

import contextlib
import json
import os
import signal
import subprocess
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Callable, Dict, Iterator, List, Optional

import torch
import typer
from plan import ROOT
from rows import versions
from speed import console, corpus, show, to_row
from speed_of import gpu, kernels, pipelines, texts
from speed_of.search import search
from speed_of.stopwatch import Figure
from speed_of.systems import ENCODER, OURS, WIDTH, System, make, ner_systems, textcat_systems
from thinc.api import require_cpu, require_gpu

COMMAND = "python benchmarks/gpu.py"
MINUTES = 8.75
# Texts tokenized by workers, from raw text to entities.
WORDS_PER_SECOND = 100_000
MINUTES_TO_BEST = 30
GOALS = ("ner/inference/tokenizer-in-workers", "summarizer/training/projected")
HALF = "spacy-rnn-bf16"
PRECISION = "components.ner.model.tok2vec.encode.mixed_precision"
# The sample has no translations: the translator writes its titles then.
TITLES = {
    f"{place}.attr": "summary"
    for place in ("components.rnn_summarizer", "corpora.train", "corpora.dev")
}
Part = Callable[[], Iterator[Figure]]


class Bench:
    """What is measured, part by part, the goals first.

    small: only whether everything runs.
    """

    def __init__(self, assets: Path, corpus_dir: Path, small: bool) -> None:
        self.small = small
        self.sizes = pipelines.Sizes(small)
        self.rounds = self.sizes.rounds
        place = partial(corpus, assets, corpus_dir)
        self.entities = place("ner", "bc5cdr")
        self.abstracts = place("textcat_multilabel", "arxiv")
        self.titles = place("summarize", "arxiv")
        self.questions = place("textcat", "banking77")
        self.pairs = self.titles
        if (assets / "tatoeba").is_dir():
            self.pairs = place("translate", "tatoeba")
        self.systems = ner_systems(self.entities)
        half = {ENCODER.format("ner"): WIDTH, PRECISION: "bf16"}
        self.systems[HALF] = make(ROOT / "configs" / "ner.cfg", self.entities, half)

    def parts(self) -> List[Part]:
        """Those that train come before those that predict with what was trained."""
        return [
            self.encoder,
            partial(pipelines.training, "ner", self.systems, self.entities, self.sizes),
            self.entity_recognition,
            self.summarizer,
            partial(search, *((4, 20, 6) if self.small else (32, 300, 20)), self.rounds),
            self.several_categories,
            self.one_category,
            self.translator,
            self.three_heads,
        ]

    def encoder(self) -> Iterator[Figure]:
        sentences = 16 if self.small else 256
        yield from gpu.against_cudnn(self.entities, sentences, self.rounds)
        yield from kernels.encoder(self.entities, sentences, self.rounds)

    def entity_recognition(self) -> Iterator[Figure]:
        sentences = [doc.text for doc in texts.read(self.entities, ["dev", "test"])]
        ours = self.systems[OURS]
        workers = max(1, min(16, (os.cpu_count() or 2) - 1))
        many = sentences[:32] if self.small else sentences * 4
        yield from gpu.tokenized_elsewhere(ours, many, workers, self.rounds, WORDS_PER_SECOND)
        batches = texts.training_batches(ours.nlp, self.entities, 1000, 2 if self.small else 20)
        yield from gpu.share_of_kernels(ours, batches)
        yield from pipelines.inference("ner", "sentences", self.systems, sentences, self.sizes)

    def summarizer(self) -> Iterator[Figure]:
        system = make(ROOT / "configs" / "summarizer.cfg", self.titles)
        yield from self._alone("summarizer", system, self.titles)
        steps = 1 if self.small else 30
        yield from gpu.projected("summarizer", system, steps, MINUTES_TO_BEST)

    def several_categories(self) -> Iterator[Figure]:
        systems = textcat_systems(self.abstracts)
        yield from pipelines.training("textcat", systems, self.abstracts, self.sizes)
        documents = [doc.text for doc in texts.read(self.abstracts, ["test", "dev"])]
        yield from pipelines.inference("textcat", "documents", systems, documents, self.sizes)

    def one_category(self) -> Iterator[Figure]:
        system = make(ROOT / "configs" / "textcat.cfg", self.questions)
        yield from self._alone("textcat-exclusive", system, self.questions)

    def translator(self) -> Iterator[Figure]:
        overrides = TITLES if self.pairs is self.titles else {}
        system = make(ROOT / "configs" / "translator.cfg", self.pairs, overrides)
        yield from self._alone("translator", system, self.pairs)

    def three_heads(self) -> Iterator[Figure]:
        with TemporaryDirectory() as folder:
            each = (self.entities, self.questions, self.titles)
            place = texts.mix(each, 20 if self.small else 2000, Path(folder))
            system = make(ROOT / "configs" / "shared.cfg", place)
            yield from self._alone("shared", system, place)

    def _alone(self, name: str, system: System, place: texts.Place) -> Iterator[Figure]:
        sources = [doc.text for doc in texts.read(place, ["test", "dev"])]
        yield from pipelines.training(name, {OURS: system}, place, self.sizes)
        yield from pipelines.inference(name, "documents", {OURS: system}, sources, self.sizes)


def device_versions(device: str) -> Dict[str, str]:
    """RETURNS: what a figure of a GPU depends on besides packages."""
    if device == "cpu":
        return {"device": "cpu"}
    import cupy

    query = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
    driver = subprocess.run(query, capture_output=True, text=True).stdout.split("\n")[0].strip()
    return {
        "device": torch.cuda.get_device_name(),
        "driver": driver or "unknown",
        "cuda": str(torch.version.cuda),
        "cupy": cupy.__version__,
        "cudnn": str(torch.backends.cudnn.version()),
    }


@contextlib.contextmanager
def at_most(minutes: float) -> Iterator[None]:
    """Give up what is done inside when its time is over, with a word to the user."""

    def give_up(number: int, frame: Any) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, 60 * minutes)
    try:
        yield
    except TimeoutError:
        console.print("There was no time for everything.")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def measure(parts: List[Part]) -> Iterator[Figure]:
    """All figures. Only the goals of a GPU are kept."""
    for part in parts:
        for figure in part():
            goal = figure.name in GOALS or figure.peer == gpu.CUDNN
            yield figure if goal else figure._replace(target=None)


def main(
    assets: Path = typer.Option(ROOT / "assets", help="Where the downloaded corpora lie"),
    corpus_dir: Path = typer.Option(ROOT / "corpus", help="Where the converted corpora lie"),
    output: Optional[Path] = typer.Option(
        ROOT / "benchmarks" / "results" / "gpu.json", help="The result file to write"
    ),
    device: str = typer.Option("cuda", help="cuda, or cpu to try the script"),
    small: bool = typer.Option(False, "--small", help="Only see whether everything runs"),
) -> None:
    """Measure, print the table and write the rows."""
    if device == "cuda" and not torch.cuda.is_available():
        console.print("There is no GPU here. To try the script: --device cpu --small")
        raise typer.Exit(1)
    (require_cpu if device == "cpu" else require_gpu)()
    found = {**versions(), **device_versions(device)}
    rows = []
    try:
        with at_most(MINUTES):
            for figure in measure(Bench(assets, corpus_dir, small).parts()):
                rows.append({**to_row(figure, COMMAND), "versions": found})
                line = f"{rows[-1]['name']}: {figure.value:,.3g} {figure.unit}"
                console.print(line, highlight=False)
    finally:
        # Time on a GPU is dear: what was measured before an error is kept.
        show(rows, found["device"])
        if output and rows and not small:
            output.write_text(json.dumps(rows, indent=1) + "\n", "utf8")


if __name__ == "__main__":
    typer.run(main)
