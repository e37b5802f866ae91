"""Write docs/licences.md: the licence of every package that an installation brings along."""

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Dict, Iterator, List, Set

import typer
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

OURS = "spacy-rnn"
HEAD = """# Licences

spacy-rnn is under the MIT licence. These are the licences that the packages declare which it needs,
and which those need, as far as they are installed on the machine where this page was made, by
`python scripts/list_licences.py`. On a GPU machine torch brings libraries of NVIDIA along, which
are not free software.

| package | version | licence | needed by |
|---|---|---|---|
"""
# Short names that stand at the beginning of whole licence texts.
KNOWN = ("MIT", "BSD", "Apache", "ISC", "MPL", "PSF", "LGPL", "GPL")


def main(page: Path = typer.Argument(Path("docs/licences.md"), help="Where to write")) -> None:
    """Write the page from the metadata of the installed packages."""
    lines = []
    for name, users in sorted(needed().items()):
        package = distribution(name)
        lines.append(f"| {name} | {package.version} | {licence(name)} | {', '.join(users)} |")
    page.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf8")


def needed() -> Dict[str, List[str]]:
    """RETURNS: what an installation without extras has, and which packages ask for it."""
    found: Dict[str, Set[str]] = {}
    queue = [OURS]
    while queue:
        user = queue.pop()
        for name in _requirements(user):
            if name not in found:
                queue.append(name)
            found.setdefault(name, set()).add(user)
    return {name: sorted(users) for name, users in found.items() if name != OURS}


def _requirements(name: str) -> Iterator[str]:
    for text in distribution(name).requires or ():
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            try:
                distribution(requirement.name)
            except PackageNotFoundError:
                continue
            yield canonicalize_name(requirement.name)


def licence(name: str) -> str:
    """What a package says about itself: an expression, a classifier, or the first words."""
    metadata = distribution(name).metadata
    classifiers = metadata.get_all("Classifier") or []
    named = [c.split(" :: ")[-1] for c in classifiers if c.startswith("License ::")]
    declared = metadata.get("License-Expression") or "; ".join(named) or metadata.get("License", "")
    first = declared.strip().splitlines()[0] if declared.strip() else ""
    if len(first) > 60:
        first = next(
            (known for known in KNOWN if re.search(rf"\b{known}", declared)), "see package"
        )
    return first or "not declared"


if __name__ == "__main__":
    typer.run(main)
