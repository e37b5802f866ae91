"""A plugin of pytest that notes each finished test at once, and skips those that are noted.

python -m pytest -p journal --journal FILE ...

What was stopped goes on where it was with the same command.
"""

import json
from pathlib import Path
from typing import Dict, List, NamedTuple


class Noted(NamedTuple):
    """What is known of a finished test. properties: what it recorded."""

    test: str
    outcome: str
    properties: Dict[str, object]


def read(path: Path) -> List[Noted]:
    """RETURNS: the finished tests; none if there is no file yet."""
    lines = path.read_text("utf8").splitlines() if path.exists() else []
    return [Noted(**json.loads(line)) for line in lines]


class Journal:
    """Writes the file that `read` reads."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def pytest_collection_modifyitems(self, config, items) -> None:
        done = {noted.test for noted in read(self.path)}
        config.hook.pytest_deselected(items=[item for item in items if item.nodeid in done])
        items[:] = [item for item in items if item.nodeid not in done]

    def pytest_runtest_logreport(self, report) -> None:
        """Note the call of a test, or whatever kept it from being called."""
        if report.when != "call" and report.passed:
            return
        noted = Noted(report.nodeid, report.outcome, dict(report.user_properties))
        with self.path.open("a", encoding="utf8") as file:
            file.write(json.dumps(noted._asdict()) + "\n")


def pytest_addoption(parser) -> None:
    parser.addoption("--journal", type=Path, required=True, help="The file to note tests in")


def pytest_configure(config) -> None:
    config.pluginmanager.register(Journal(config.getoption("journal")))
