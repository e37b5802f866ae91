"""The memory and time that one very long document takes, in a process of its own.

python -m speed_of.memory CORPUS_FOLDER TOKENS
"""

import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Iterator

from .pipelines import long_document
from .stopwatch import Figure, pin
from .systems import ENCODER, ROOT, WIDTH, make
from .texts import Place, training_batches


def long_memory(place: Place, tokens: int) -> Iterator[Figure]:
    """Peak above the loaded pipeline, and microseconds per token."""
    command = [sys.executable, "-m", "speed_of.memory", str(place.folder), str(tokens)]
    result = subprocess.run(
        command, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True
    )
    measured = json.loads(result.stdout.splitlines()[-1])
    yield Figure(f"ner/long/{tokens}-tokens/peak", measured["gib"], "GiB", 2.0, at_most=True)
    yield Figure(f"ner/long/{tokens}-tokens/once", measured["us"], "us/token")


def measure(folder: Path, tokens: int) -> None:
    """Print the measurement as JSON."""
    pin()
    place = Place(folder, True)
    system = make(ROOT / "configs" / "ner.cfg", place, {ENCODER.format("ner"): WIDTH})
    for batch in training_batches(system.nlp, place, 1000, 20):
        system.update(batch)
    doc = long_document(system, place, tokens)
    before = _memory("VmRSS")
    start = time.process_time()
    system.nlp(doc)
    seconds = time.process_time() - start
    print(json.dumps({"gib": (_memory("VmHWM") - before) / 2**30, "us": 1e6 * seconds / tokens}))


def _memory(line: str) -> int:
    """Bytes, as Linux counts them for this process; `ru_maxrss` would count its parent's too."""
    status = Path("/proc/self/status").read_text()
    return 1024 * int(re.search(rf"{line}:\s+(\d+) kB", status)[1])


if __name__ == "__main__":
    measure(Path(sys.argv[1]), int(sys.argv[2]))
