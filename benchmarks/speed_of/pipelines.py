"""Whole pipelines: training, many texts, one text, long documents."""

from functools import partial
from statistics import median
from typing import Dict, Iterator, List

from spacy.tokens import Doc

from spacy_rnn import native

from .stopwatch import Figure, interleave, rate, times_as_fast
from .systems import BILSTM, CNN, ENSEMBLE, OURS, System
from .texts import Place, count_words, portions, read, training_batches


class Sizes:
    """How much is measured. quick: only whether everything runs."""

    def __init__(self, quick: bool) -> None:
        self.rounds = 1 if quick else 7
        self.updates = 1 if quick else 12
        self.words = 200 if quick else 12_000
        self.short_texts = 5 if quick else 100
        self.lengths = (100, 200) if quick else (1_000, 10_000, 100_000)
        self.tweets = 8 if quick else 255
        self.long_document = 300 if quick else 10_000


def training(task: str, systems: Dict[str, System], place: Place, sizes: Sizes) -> Iterator[Figure]:
    """Words per second of `nlp.update`. It also teaches all systems enough to predict something."""
    total = (sizes.rounds + 1) * sizes.updates
    batches = {n: training_batches(s.nlp, place, 1000, total) for n, s in systems.items()}

    def run(name: str, i: int) -> None:
        for batch in batches[name][(i + 1) * sizes.updates : (i + 2) * sizes.updates]:
            systems[name].update(batch)

    seconds = interleave({name: partial(run, name) for name in systems}, sizes.rounds)
    words = [
        float(sum(map(count_words, batches[OURS][i * sizes.updates : (i + 1) * sizes.updates])))
        for i in range(1, sizes.rounds + 1)
    ]
    for name, each in seconds.items():
        yield Figure(f"{task}/training/{name}", rate(words, each), "words/s")
    for peer, target in ((BILSTM, 3.0), (CNN, 1.0)):
        if peer in systems:
            ratio = times_as_fast(seconds, OURS, peer)
            yield Figure(f"{task}/training/speed-up", ratio, "x", target, peer=peer)


# The compiled kernels are to bring more.
TARGETS = {CNN: 3.0 if native.is_available() else 2.5, BILSTM: 6.0, ENSEMBLE: 2.0}


def inference(
    task: str, kind: str, systems: Dict[str, System], texts: List[str], sizes: Sizes
) -> Iterator[Figure]:
    """Words per second of `nlp.pipe` from raw text, at every pipeline's own batch size."""
    shares = portions(texts, sizes.words, sizes.rounds + 1)

    def run(name: str, i: int) -> None:
        for _ in systems[name].nlp.pipe(shares[i]):
            pass

    seconds = interleave({name: partial(run, name) for name in systems}, sizes.rounds)
    tokenizer = systems[OURS].nlp.tokenizer
    words = [float(sum(len(tokenizer(text)) for text in share)) for share in shares[:-1]]
    for name, each in seconds.items():
        yield Figure(f"{task}/inference/{kind}/{name}", rate(words, each), "words/s")
    for peer in systems:
        if peer != OURS:
            ratio = times_as_fast(seconds, OURS, peer)
            name = f"{task}/inference/{kind}/speed-up"
            yield Figure(name, ratio, "x", TARGETS.get(peer), peer=peer)


def short_texts(systems: Dict[str, System], texts: List[str], sizes: Sizes) -> Iterator[Figure]:
    """One short text at a time."""
    chosen = [text for text in texts if 5 <= text.count(" ") < 15]
    count = sizes.short_texts

    def run(name: str, i: int) -> None:
        for j in range((i + 1) * count, (i + 2) * count):
            systems[name].nlp(chosen[j % len(chosen)])

    both = {name: partial(run, name) for name in (CNN, OURS)}
    seconds = interleave(both, sizes.rounds)
    for name, each in seconds.items():
        yield Figure(f"ner/one-text/{name}", 1000 * median(each) / count, "ms")
    yield Figure("ner/one-text/speed-up", times_as_fast(seconds, OURS, CNN), "x", 1.0, peer=CNN)


def growth(system: System, place: Place, sizes: Sizes) -> Iterator[Figure]:
    """Time per token of one document, over documents of very different lengths."""
    documents = {str(n): long_document(system, place, n) for n in sizes.lengths}

    def run(name: str, i: int) -> None:
        # The same amount of work for each length, lest the clock be too coarse for the short.
        for _ in range(max(sizes.lengths) // int(name) if i >= 0 else 1):
            system.nlp(documents[name].copy())

    seconds = interleave({name: partial(run, name) for name in documents}, sizes.rounds)
    each = {name: median(values) / max(sizes.lengths) for name, values in seconds.items()}
    for name, value in each.items():
        yield Figure(f"ner/long/{name}-tokens", 1e6 * value, "us/token")
    ratio = max(each.values()) / min(each.values())
    yield Figure("ner/long/growth", ratio, "x", 1.3, at_most=True)


def mixture(system: System, place: Place, texts: List[str], sizes: Sizes) -> Iterator[Figure]:
    """A batch of one long document and many short ones, against the two on their own."""
    long = long_document(system, place, sizes.long_document)
    short = [system.nlp.make_doc(text) for text in texts if text.count(" ") < 30][: sizes.tweets]

    def run(docs: List[Doc], i: int) -> None:
        for _ in system.nlp.pipe([doc.copy() for doc in docs], batch_size=len(docs)):
            pass

    candidates = {"together": [long, *short], "long": [long], "short": short}
    seconds = interleave({n: partial(run, docs) for n, docs in candidates.items()}, sizes.rounds)
    parts = [a + b for a, b in zip(seconds["long"], seconds["short"], strict=True)]
    ratio = median(a / b for a, b in zip(seconds["together"], parts, strict=True))
    yield Figure("ner/mixed-batch", ratio, "x of its parts", 1.2, at_most=True)


def long_document(system: System, place: Place, tokens: int) -> Doc:
    """One document of so many tokens, from the texts of a corpus."""
    words: List[str] = []
    while len(words) < tokens:
        for doc in read(place, ["dev", "test"]):
            words.extend(token.text for token in doc)
    return Doc(system.nlp.vocab, words=words[:tokens])
