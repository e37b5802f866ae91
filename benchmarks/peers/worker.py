"""A sequence-to-sequence peer in an environment of its own, which answers to requests.

    python -m peers.worker opennmt

The first line of its input makes an untrained model, each further one is a request; requests and
answers are JSON. The seconds that it answers are its own CPU's.
"""

import importlib
import json
import os
import sys
import time
from typing import Any, Dict, List

import torch

from . import SYSTEMS, pairs


class Peer:
    """A writer that learns and writes.

    pairs: what it takes its vocabulary from. words: how many it writes, always.
    """

    def __init__(self, system: str, settings: Dict[str, Any]) -> None:
        lines = [pairs.Pair(*pair) for pair in settings["pairs"]]
        peer = importlib.import_module(SYSTEMS[system][0])
        self.writer = peer.untrained(lines, settings["width"], settings["vocabulary"])
        self.writer.shortest = self.writer.longest = settings["words"]
        self.learner = pairs.Learner(self.writer)

    def answer(self, request: Dict[str, Any]) -> Dict[str, Any]:
        """RETURNS: seconds, and the `texts` that were written or the number of `words` learned."""
        if "sources" in request:
            start = time.process_time()
            texts = self.writer.write(request["sources"], request["beam"])
            return {"seconds": time.process_time() - start, "texts": texts}
        cut = self.writer.cut([pairs.Pair(*pair) for pair in request["pairs"]])
        start = time.process_time()
        words = self._learn(sorted(cut, key=pairs.length))
        return {"seconds": time.process_time() - start, "words": words}

    def _learn(self, cut: List[pairs.Pair]) -> int:
        size = self.writer.batch_size
        parts = (cut[i : i + size] for i in range(0, len(cut), size))
        return sum(self.learner.update(part, 0.5) for part in parts)


def main(system: str) -> None:
    """Answer to requests on standard input until it ends."""
    torch.set_num_threads(1)
    # Toolkits print: what they print must not get between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    peer = Peer(system, json.loads(sys.stdin.readline()))
    for line in sys.stdin:
        answers.write(json.dumps(peer.answer(json.loads(line))) + "\n")
        answers.flush()


if __name__ == "__main__":
    main(sys.argv[1])
