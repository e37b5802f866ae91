"""Papers of the arXiv: abstract, title and categories, each paper once."""

import re
from pathlib import Path
from typing import Dict, Iterable, List, NamedTuple

from .errors import CorpusError
from .splits import part_of
from .tables import read_table

SPACE = re.compile(r"\s+")


class Paper(NamedTuple):
    arxiv_id: str
    title: str
    abstract: str
    categories: List[str]


def read_papers(folder: Path) -> List[Paper]:
    """Read one xz-compressed table per category. RETURNS: papers, the first of each id and title.

    A paper stands in the file of each of its categories, and some were posted twice under one
    title: both would put a test example into training.
    """
    paths = sorted(folder.glob("*.tsv.xz"))
    if not paths:
        raise CorpusError(
            "no *.tsv.xz here. Run 'spacy project assets' to download the corpora", folder
        )
    papers: List[Paper] = []
    seen = set()
    for path in paths:
        for _, row in read_table(
            path, ["arxiv_id", "title", "abstract", "categories"], delimiter="\t"
        ):
            arxiv_id = row["arxiv_id"].strip()
            title, abstract = (SPACE.sub(" ", row[name]).strip() for name in ("title", "abstract"))
            keys = {arxiv_id, title.lower()}
            if arxiv_id and title and abstract and seen.isdisjoint(keys):
                papers.append(Paper(arxiv_id, title, abstract, row["categories"].split(",")))
                seen |= keys
    return papers


def split_papers(papers: Iterable[Paper]) -> Dict[str, List[Paper]]:
    """Split by a hash of the id: 3 % test, 1 % dev."""
    parts: Dict[str, List[Paper]] = {"train": [], "dev": [], "test": []}
    for paper in papers:
        parts[part_of(paper.arxiv_id, test=3, dev=1)].append(paper)
    return parts
