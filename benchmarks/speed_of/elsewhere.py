"""Peers that live in environments of their own: processes that are asked and answer."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any, Dict, List, Sequence, Tuple

BENCHMARKS = Path(__file__).parents[1]


class Elsewhere:
    """A sequence-to-sequence peer. `close` it.

    python: the interpreter of its environment. settings: see `peers.worker.Peer`.
    """

    def __init__(self, python: Path, system: str, settings: Dict[str, Any]) -> None:
        self.process = subprocess.Popen(
            [str(python), "-m", "peers.worker", system],
            cwd=BENCHMARKS,
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # The toolkits log a lot. What goes wrong shows in the process's end.
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._say(settings)

    def write(self, sources: List[str], beam: int) -> Tuple[float, List[str]]:
        """RETURNS: the peer's CPU seconds, what it wrote about each source."""
        answer = self._ask({"sources": sources, "beam": beam})
        return answer["seconds"], answer["texts"]

    def learn(self, pairs: Sequence[Tuple[str, str]]) -> Tuple[float, int]:
        """RETURNS: the peer's CPU seconds, the target words that it learned."""
        answer = self._ask({"pairs": pairs})
        return answer["seconds"], answer["words"]

    def _ask(self, request: Dict[str, Any]) -> Dict[str, Any]:
        self._say(request)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{' '.join(self.process.args)} has ended; run it to see why")
        return json.loads(line)

    def _say(self, message: Dict[str, Any]) -> None:
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()

    def close(self) -> None:
        """End the process."""
        self.process.communicate()


def is_installed(python: Path, toolkit: str) -> bool:
    """RETURNS: whether an interpreter finds a package."""
    code = f"import sys, importlib.util as u; sys.exit(u.find_spec({toolkit!r}) is None)"
    return python.is_file() and subprocess.run([str(python), "-c", code]).returncode == 0
