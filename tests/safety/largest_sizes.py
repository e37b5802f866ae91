"""What the largest sizes that `safe_load` lets through cost. Prints JSON.

python tests/safety/largest_sizes.py PIPELINE
"""

import json
import resource
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

sys.path.append(str(Path(__file__).parents[2]))

from spacy_rnn import ModelFileError, safe_load, write_manifest  # noqa: E402
from tests.safety.hostile import largest_numbers  # noqa: E402


def megabytes() -> float:
    """The most memory that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(pipeline: Path) -> None:
    """Load it with each number of its config at its bound, one after the other."""
    safe_load(pipeline)
    before, seconds, loaded = megabytes(), [], 0
    with TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(pipeline, Path(folder) / "copy"))
        for config in largest_numbers(pipeline):
            config.to_disk(copy / "config.cfg", interpolate=False)
            write_manifest(copy)
            start = process_time()
            try:
                safe_load(copy)
                loaded += 1
            except ModelFileError:
                pass
            seconds.append(process_time() - start)
    figures = {"cases": len(seconds), "loaded": loaded, "seconds": max(seconds)}
    print(json.dumps({**figures, "megabytes": megabytes() - before}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
