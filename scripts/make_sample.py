"""Write the sample corpora: short invented texts for an offline smoke test.

The same seed gives the same bytes on every machine, so the generated files in
`assets/sample` can be checked against this script.
"""

import json
from pathlib import Path

import typer
from sample import ner, summaries, textcat
from sample.material import PARTS

CORPORA = {"ner": ner.write_part, "textcat": textcat.write_part, "summarize": summaries.write_part}
DEFAULT_OUTPUT = Path(__file__).parents[1] / "assets" / "sample"


def write_corpora(output: Path, seed: int) -> dict[str, int]:
    """Write train, dev and test of every corpus and return the number of lines of each file."""
    counts = {}
    for corpus, write_part in CORPORA.items():
        seen: set[str] = set()
        (output / corpus).mkdir(parents=True, exist_ok=True)
        for part in PARTS:
            records = write_part(part, seed, seen)
            lines = [json.dumps(record, ensure_ascii=False) + "\n" for record in records]
            (output / corpus / f"{part}.jsonl").write_bytes("".join(lines).encode("utf8"))
            counts[f"{corpus}/{part}"] = len(records)
    return counts


def main(output: Path = DEFAULT_OUTPUT, seed: int = 0) -> None:
    """Write the sample corpora below OUTPUT."""
    for name, count in write_corpora(output, seed).items():
        typer.echo(f"{name}: {count}")


if __name__ == "__main__":
    typer.run(main)
