"""How fast our summarizer and translator are, beside OpenNMT-py and JoeyNMT.

    python benchmarks/speed_seq2seq.py --peers /tmp/s2s/bin/python

One pinned thread; everybody takes turns, a peer in a process of its own environment (see
peers/README.md), without which it is left out; medians of five rounds of CPU time, real texts.
"""

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Optional

import spacy
import typer
from peers.pairs import read_pairs
from plan import ROOT
from rich.console import Console
from rows import Row
from speed import corpus, show, to_row
from speed_of.elsewhere import Elsewhere, is_installed
from speed_of.sequences import Pairs, Work, measure
from speed_of.stopwatch import Figure, pin
from speed_of.systems import OURS
from speed_of.writers import WIDTH, Ours, Setting

console = Console()
SETTINGS = (
    Setting(
        task="summarize",
        corpus="arxiv",
        config="summarizer",
        component="summarizer",
        system="opennmt",
        toolkit="onmt",
        vocabulary=30_000,
        source=150,
        words=12,
        beam=4,
    ),
    Setting(
        task="translate",
        corpus="tatoeba",
        config="translator",
        component="rnn_summarizer",
        system="joeynmt",
        toolkit="joeynmt",
        vocabulary=8_000,
        source=60,
        words=9,
        beam=5,
    ),
)


class Sizes(NamedTuple):
    """How much is measured, by task.

    rounds: that count. learned, written: sources of a round. known: pairs that vocabularies are
    taken from.
    """

    rounds: int
    learned: Dict[str, int]
    written: Dict[str, int]
    known: Dict[str, int]


FULL = Sizes(
    5,
    learned={"summarize": 96, "translate": 768},
    written={"summarize": 64, "translate": 128},
    known={"summarize": 12_000, "translate": 40_000},
)
QUICK = Sizes(
    1,
    learned={"summarize": 8, "translate": 8},
    written={"summarize": 4, "translate": 4},
    known={"summarize": 200, "translate": 200},
)


def figures(setting: Setting, folder: Path, peers: Path, sizes: Sizes) -> Iterator[Figure]:
    """Every figure of one kind of text. folder: with its .spacy files."""
    tokenizer = spacy.blank("en").tokenizer

    def cut(pairs: Pairs) -> Pairs:
        return [(tokenizer(source)[: setting.source].text, target) for source, target in pairs]

    needed = max(sizes.known[setting.task], sizes.learned[setting.task] * (sizes.rounds + 1))
    train = cut(read_pairs(setting.task, folder, "train", needed))
    test = [source for source, _ in cut(read_pairs(setting.task, folder, "test"))]
    known = train[: sizes.known[setting.task]]
    settings = {
        "pairs": known,
        "width": WIDTH,
        "vocabulary": setting.vocabulary,
        "words": setting.words,
    }
    with tempfile.TemporaryDirectory() as place:
        systems = {OURS: Ours(setting, known, Path(place))}
    if is_installed(peers, setting.toolkit):
        systems[setting.system] = Elsewhere(peers, setting.system, settings)
    else:
        console.print(f"{setting.system} is left out: {peers} has no package {setting.toolkit}.")
    learned, written = sizes.learned[setting.task], sizes.written[setting.task]
    work = [
        Work(_portion(train, learned, i), _portion(test, written, i))
        for i in range(sizes.rounds + 1)
    ]
    yield from measure(setting, systems, work, lambda text: len(tokenizer(text)))
    for name in systems.keys() - {OURS}:
        systems[name].close()


def _portion(items: List, size: int, i: int) -> List:
    """RETURNS: the i-th `size` items; from the front again when they are used up."""
    return [items[(i * size + j) % len(items)] for j in range(size)]


def main(
    peers: Path = typer.Option(
        Path(sys.executable), help="The Python that has OpenNMT-py and JoeyNMT"
    ),
    assets: Path = typer.Option(ROOT / "assets", help="Where the downloaded corpora lie"),
    corpus_dir: Path = typer.Option(ROOT / "corpus", help="Where the converted corpora lie"),
    output: Optional[Path] = typer.Option(
        ROOT / "benchmarks" / "results" / "speed_seq2seq.json", help="The result file to write"
    ),
    quick: bool = typer.Option(False, "--quick", help="Only see whether everything runs"),
) -> None:
    """Measure, print the table and write the rows."""
    pin()
    rows: List[Row] = []
    settings, sizes = list(SETTINGS), FULL
    if quick:
        settings, sizes = [setting._replace(vocabulary=200) for setting in SETTINGS], QUICK
    for setting in settings:
        if setting.task == "translate" and not (assets / setting.corpus).is_dir():
            console.print(f"{assets / setting.corpus} is not there: no translations are measured.")
            continue
        folder = corpus(assets, corpus_dir, setting.task, setting.corpus).folder
        for figure in figures(setting, folder, peers, sizes):
            rows.append(to_row(figure, "python benchmarks/speed_seq2seq.py"))
            console.print(f"{rows[-1]['name']}: {figure.value:,.3g} {figure.unit}", highlight=False)
    show(rows, "Writing, one thread")
    if output and not quick:
        output.write_text(json.dumps(rows, indent=1) + "\n", "utf8")


if __name__ == "__main__":
    # Thread pools read this when their library is loaded, which has happened: start again with it.
    if os.environ.get("OMP_NUM_THREADS") != "1":
        os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")
        os.execv(sys.executable, [sys.executable, *sys.argv])
    typer.run(main)
