"""Sequence-to-sequence toolkits: the lines that they get, and their training for a CPU time."""

import copy
import time
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Protocol, Tuple

import tasks
import torch
from spacy.tokens import DocBin
from spacy.vocab import Vocab
from torch import Tensor, nn

# The same for every toolkit, whose own rate it scales: warming up over the first 50th of the time,
# constant until the middle, then falling to a 20th. A schedule in steps would suit one machine.
WARM_UP, LAST_RATE = 0.02, 0.05
# How often dev data are looked at, and how many lines of them.
LOOKS, DEV_LINES = 8, 320
# Batches that are cut from one pool of lines sorted by length.
POOL = 200
MAX_NORM = 1.0


class Pair(NamedTuple):
    """A source and its target: lines as a toolkit reads them."""

    source: str
    target: str


class Writer(Protocol):
    """A toolkit's model. rate: its highest learning rate. batch_size: pairs of one update.

    shortest, longest: the words that it may write.
    """

    module: nn.Module
    rate: float
    batch_size: int
    shortest: int
    longest: int

    def cut(self, pairs: List[Pair]) -> List[Pair]:
        """RETURNS: pairs with spaces where the toolkit wants them: work that is not its own."""

    def batch(self, pairs: List[Pair]) -> Any:
        """RETURNS: pairs as the toolkit's tensors."""

    def loss(self, batch: Any) -> Tuple[Tensor, int]:
        """RETURNS: the loss, summed over target words, and their number."""

    def write(self, sources: List[str], beam: int) -> List[str]:
        """RETURNS: what it writes about each source. beam: 1 is greedy."""


def read_pairs(task: str, corpus: Path, part: str, limit: Optional[int] = None) -> List[Pair]:
    """RETURNS: the texts of one part of a corpus, or the first ones, with their first targets."""
    docs = DocBin().from_disk(corpus / f"{part}.spacy").get_docs(Vocab())
    attr = tasks.ATTRS[task]
    return [Pair(doc.text, tasks.targets(doc, attr)[0]) for doc in islice(docs, limit)]


class Learner:
    """A writer with its optimizer."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.optimizer = torch.optim.Adam(writer.module.parameters(), lr=writer.rate)

    def update(self, pairs: List[Pair], used: float) -> int:
        """One step. used: the share of the time that is over. RETURNS: target words."""
        self.writer.module.train()
        self.optimizer.param_groups[0]["lr"] = self.writer.rate * pace(used)
        self.optimizer.zero_grad()
        loss, words = self.writer.loss(self.writer.batch(pairs))
        (loss / words).backward()
        nn.utils.clip_grad_norm_(self.writer.module.parameters(), MAX_NORM)
        self.optimizer.step()
        return words


def pace(used: float) -> float:
    """RETURNS: the share of the highest learning rate."""
    return min(1.0, (used + 0.001) / WARM_UP) * LAST_RATE ** max(0.0, 2 * used - 1)


def train(writer: Writer, pairs: List[Pair], dev: List[Pair], seed: int, budget: float) -> float:
    """Learn for `budget` CPU seconds, and keep the weights with the lowest dev loss.

    RETURNS: the seconds that it took, with dev data but without `cut`.
    """
    pairs, dev = writer.cut(pairs), writer.cut(dev[:DEV_LINES])
    learner = Learner(writer)
    best, lowest, next_look = {}, float("inf"), 1 / LOOKS
    start = time.process_time()
    for batch in batches(pairs, writer.batch_size, Random(seed)):
        used = (time.process_time() - start) / budget
        if used >= next_look:
            next_look += 1 / LOOKS
            loss = mean_loss(writer, dev)
            if loss < lowest:
                best, lowest = copy.deepcopy(writer.module.state_dict()), loss
        if used >= 1.0:
            break
        learner.update(batch, used)
    writer.module.load_state_dict(best)
    return time.process_time() - start


@torch.no_grad()
def mean_loss(writer: Writer, pairs: List[Pair]) -> float:
    """RETURNS: the loss per target word."""
    writer.module.eval()
    chunks = (pairs[i : i + writer.batch_size] for i in range(0, len(pairs), writer.batch_size))
    found = [writer.loss(writer.batch(chunk)) for chunk in chunks]
    return float(sum(loss for loss, _ in found)) / sum(words for _, words in found)


def batches(pairs: List[Pair], size: int, random: Random) -> Iterator[List[Pair]]:
    """YIELDS: without end, batches of pairs whose lengths are similar."""
    while True:
        order = random.sample(pairs, len(pairs))
        for start in range(0, len(order), size * POOL):
            pool = sorted(order[start : start + size * POOL], key=length)
            cut = [pool[i : i + size] for i in range(0, len(pool), size)]
            yield from random.sample(cut, len(cut))


def length(pair: Pair) -> Tuple[int, int]:
    """RETURNS: what pairs are sorted by: steps of the decoder first, in characters."""
    return len(pair.target), len(pair.source)


def in_order_of_length(writer: Any, sources: List[str], size: int, beam: int) -> List[str]:
    """Write about sources in batches of similar lengths. RETURNS: texts in the sources' order."""
    order = sorted(range(len(sources)), key=lambda i: len(sources[i]))
    found: Dict[int, str] = {}
    for start in range(0, len(order), size):
        chosen = order[start : start + size]
        found.update(zip(chosen, writer([sources[i] for i in chosen], beam), strict=True))
    return [found[i] for i in range(len(sources))]
