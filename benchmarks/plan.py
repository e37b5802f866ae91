"""Which systems run on which corpora."""

from itertools import product
from pathlib import Path
from typing import List, NamedTuple, Optional, Sequence

from goals import ALL_OURS, LARGE, OURS, TRANSFER, WITH_VECTORS
from peers import SYSTEMS

ROOT = Path(__file__).parent.parent
PEERS = ROOT / "benchmarks" / "peers"
CORPORA = (
    "ner/bc5cdr",
    "ner/ncbi_disease",
    "ner/broad_twitter",
    "ner/wnut17",
    "textcat/banking77",
    "textcat/banking77_10",
    "textcat/clinc150",
    "textcat_multilabel/goemotions",
    "textcat_multilabel/arxiv",
    "summarize/arxiv",
    "summarize/scitldr",
    "translate/tatoeba",
)
TASKS = sorted({place.split("/")[0] for place in CORPORA})
# Configs of ours that are not called like the task.
CONFIGS = {
    ("summarize", OURS): "summarizer",
    ("summarize", LARGE): "summarizer_large",
    ("summarize", TRANSFER): "summarizer_transfer",
    ("translate", OURS): "translator",
}
# Systems that are several models, trained at the same time and put together.
MEMBERS = {LARGE: 2}
# Where our further systems are tried: all corpora of a task, or one.
VARIANTS = {WITH_VECTORS: "ner/", LARGE: "summarize/arxiv", TRANSFER: "summarize/scitldr"}


class Run(NamedTuple):
    """One training: a system on a corpus, with a seed and a budget in CPU seconds."""

    task: str
    corpus: str
    system: str
    seed: int
    budget: float

    @property
    def arguments(self) -> List[str]:
        """What to say on the command line to get this run."""
        options = ["--system", self.system, "--seed", self.seed, "--budget", f"{self.budget:g}"]
        return [f"{self.task}/{self.corpus}", *map(str, options)]

    @property
    def config(self) -> Path:
        """The spaCy config of the system, if it has one."""
        if self.system in ALL_OURS:
            return ROOT / "configs" / f"{CONFIGS.get((self.task, self.system), self.task)}.cfg"
        return PEERS / f"{self.task}-{self.system}.cfg"


def systems_for(task: str, corpus: str) -> List[str]:
    """RETURNS: the names of all systems for a corpus, ours last."""
    configs = sorted(path.stem.split("-", 1)[1] for path in PEERS.glob(f"{task}-*.cfg"))
    others = [name for name, (_, tasks) in SYSTEMS.items() if task in tasks]
    variants = [name for name, where in VARIANTS.items() if f"{task}/{corpus}".startswith(where)]
    return [*configs, *others, OURS, *variants]


def make_plan(
    places: Optional[Sequence[str]],
    systems: Optional[Sequence[str]],
    seeds: Optional[Sequence[int]],
    budget: float,
) -> List[Run]:
    """RETURNS: every combination; all corpora, all systems of a task, seed 0 where none are given.

    Fails on a task or system that does not exist.
    """
    plan = []
    for place in places or CORPORA:
        task, slash, corpus = place.partition("/")
        if task not in TASKS or not corpus:
            raise ValueError(f"'{place}' is not TASK/CORPUS; tasks are {', '.join(TASKS)}")
        known = systems_for(task, corpus)
        for system, seed in product(systems or known, seeds or [0]):
            if system not in known:
                raise ValueError(f"no system '{system}' for {place}; there are {', '.join(known)}")
            plan.append(Run(task, corpus, system, seed, budget))
    return plan
