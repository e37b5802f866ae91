"""Which systems run on which corpora."""

from itertools import product
from pathlib import Path
from typing import List, NamedTuple, Optional, Sequence

from goals import OURS, WITH_VECTORS
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
    "translate/tatoeba",
)
TASKS = sorted({place.split("/")[0] for place in CORPORA})
# Tasks whose config of ours is not called like the task.
CONFIGS = {"summarize": "summarizer", "translate": "translator"}


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
        if self.system in (OURS, WITH_VECTORS):
            return ROOT / "configs" / f"{CONFIGS.get(self.task, self.task)}.cfg"
        return PEERS / f"{self.task}-{self.system}.cfg"


def systems_for(task: str) -> List[str]:
    """RETURNS: the names of all systems for a task, ours last."""
    configs = sorted(path.stem.split("-", 1)[1] for path in PEERS.glob(f"{task}-*.cfg"))
    others = [name for name, (_, tasks) in SYSTEMS.items() if task in tasks]
    return [*configs, *others, OURS, *([WITH_VECTORS] if task == "ner" else [])]


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
        for system, seed in product(systems or systems_for(task), seeds or [0]):
            if system not in systems_for(task):
                known = ", ".join(systems_for(task))
                raise ValueError(f"no system '{system}' for {task}; there are {known}")
            plan.append(Run(task, corpus, system, seed, budget))
    return plan
