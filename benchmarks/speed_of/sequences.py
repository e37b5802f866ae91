"""Writing and learning to write: ours beside a toolkit, and both beside the arithmetic.

Nothing is trained before. Everybody writes the same number of words about every source, so that
nobody is fast because its model says little.
"""

from functools import partial
from statistics import median
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Sequence, Tuple

import torch

from .stopwatch import Figure, clock, rate, take_turns, times_as_fast
from .systems import OURS
from .writers import WIDTH, Setting

GEMM = "gemm"
# Of the product that sets the floor, and how often it is made between two looks at the clock.
ROWS, TIMES = 2048, 20
Pairs = Sequence[Tuple[str, str]]
# By task: times as fast as the peer, and what the peer was found to do elsewhere with 256 wide
# layers (target tokens per second in training, else sources per second).
GOALS: Dict[str, Dict[str, Tuple[float, float]]] = {
    "summarize": {"training": (2.0, 405.0), "greedy": (2.5, 72.0), "beam-4": (2.0, 35.0)},
    "translate": {"training": (1.5, 2250.0), "beam-5": (3.0, 38.0)},
}


class Work(NamedTuple):
    """What is done in one round. pairs: to learn. sources: to write about."""

    pairs: Pairs
    sources: List[str]


def measure(
    setting: Setting, systems: Dict[str, Any], work: List[Work], tokens: Callable[[str], int]
) -> Iterator[Figure]:
    """systems: ours and the peer, if it is there. work: of each round and one more.
    tokens: counts the tokens of a text."""
    rounds = len(work) - 1
    yield from _training(setting, systems, work, tokens, rounds)
    for use in GOALS[setting.task]:
        if use != "training":
            yield from _writing(setting, use, systems, work, tokens, rounds)


def _training(
    setting: Setting,
    systems: Dict[str, Any],
    work: List[Work],
    tokens: Callable[[str], int],
    rounds: int,
) -> Iterator[Figure]:
    words: Dict[str, List[float]] = {name: [] for name in systems}

    def learn(name: str, i: int) -> float:
        seconds, count = systems[name].learn(work[i].pairs)
        words[name].append(float(count))
        return seconds

    seconds = _take_turns(systems, learn, rounds)
    # Forward, and backward for the inputs and for the weights.
    operations = [
        3 * _learned(setting, [(tokens(a), tokens(b) + 1) for a, b in each.pairs])
        for each in work[:-1]
    ]
    # The first count is that of the round for warming up.
    amounts = {name: counts[1:] for name, counts in words.items()}
    yield from _figures(setting, "training", "target tokens/s", seconds, amounts, operations)


def _writing(
    setting: Setting,
    use: str,
    systems: Dict[str, Any],
    work: List[Work],
    tokens: Callable[[str], int],
    rounds: int,
) -> Iterator[Figure]:
    beam = 1 if use == "greedy" else setting.beam

    def write(name: str, i: int) -> float:
        return systems[name].write(work[i].sources, beam)[0]

    seconds = _take_turns(systems, write, rounds)
    operations = [
        sum(
            encoding(tokens(source)) + beam * setting.words * step(setting, tokens(source))
            for source in each.sources
        )
        for each in work[:-1]
    ]
    amounts = {name: [float(len(each.sources)) for each in work[:-1]] for name in systems}
    yield from _figures(setting, use, "sources/s", seconds, amounts, operations)


def _take_turns(
    systems: Dict[str, Any], run: Callable[[str, int], float], rounds: int
) -> Dict[str, List[float]]:
    sizes = ((ROWS, WIDTH), (WIDTH, 4 * WIDTH), (ROWS, 4 * WIDTH))
    left, right, out = map(torch.randn, sizes)

    def multiply(i: int) -> float:
        start = clock()
        for _ in range(TIMES):
            torch.mm(left, right, out=out)
        return clock() - start

    runs = {name: partial(run, name) for name in systems}
    return take_turns({GEMM: multiply, **runs}, rounds)


def _figures(
    setting: Setting,
    use: str,
    unit: str,
    seconds: Dict[str, List[float]],
    amounts: Dict[str, List[float]],
    operations: List[float],
) -> Iterator[Figure]:
    """Rates, how many times as fast as the peer, and how far above the arithmetic."""
    factor, elsewhere = GOALS[setting.task][use]
    title = f"{setting.task}/{use}"
    for name, counts in amounts.items():
        target = factor * elsewhere if name == OURS else None
        yield Figure(f"{title}/{name}", rate(counts, seconds[name]), unit, target)
    gemm_rate = [TIMES * 2 * ROWS * WIDTH * 4 * WIDTH / each for each in seconds[GEMM]]
    floors = [count / each for count, each in zip(operations, gemm_rate, strict=True)]
    above = median(a / b for a, b in zip(seconds[OURS], floors, strict=True))
    yield Figure(f"{title}/{OURS}/floor", above, "x GEMM floor")
    for peer in amounts:
        if peer != OURS:
            ratio = times_as_fast(seconds, OURS, peer)
            # The goals of writing are about whole searches of trained peers.
            target = factor if use == "training" else None
            yield Figure(f"{title}/speed-up", ratio, "x", target, peer=peer)


def _learned(setting: Setting, lengths: List[Tuple[int, int]]) -> float:
    return sum(encoding(source) + target * step(setting, source) for source, target in lengths)


def encoding(source: int) -> float:
    """Operations of GEMMs that read a source: an LSTM of half the width each way, four gates."""
    return 2.0 * source * 4 * WIDTH * (WIDTH + WIDTH // 2)


def step(setting: Setting, source: int) -> float:
    """The same of one word: an LSTM that gets the word, its state and the last readout, the
    attention's query, weights and context, the readout, and the scores of all words."""
    cell = 4 * WIDTH * 3 * WIDTH
    attention = WIDTH * WIDTH + 2 * source * WIDTH
    return 2.0 * (cell + attention + 2 * WIDTH * WIDTH + WIDTH * setting.vocabulary)
