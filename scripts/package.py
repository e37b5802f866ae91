"""Make an installable package of a trained pipeline, as `spacy package` does, with a model card."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import srsly
import typer
from corpora.sources import source_of
from spacy.cli.package import package

from spacy_rnn.report.card import Facts, write_card


def main(
    model: Path = typer.Argument(..., help="A trained pipeline", exists=True),
    output_dir: Path = typer.Argument(
        ..., help="Where to put the package; made if it is not there"
    ),
    name: str = typer.Option(..., help="The package's name, without the language"),
    version: str = typer.Option("0.1.0", help="The package's version"),
    scores: Path = typer.Option(..., help="Its test scores, written by evaluate.py", exists=True),
    corpus: str = typer.Option(..., help="The corpus that it was trained and tested on"),
    licence: str = typer.Option("MIT", help="The licence of the package"),
) -> None:
    """Make a wheel, OUTPUT_DIR/LANG_NAME-VERSION/dist/*.whl; one of that version is replaced."""
    output_dir.mkdir(parents=True, exist_ok=True)
    data = source_of(corpus, scores.stem)
    with TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(model, Path(folder) / "model"))
        meta = srsly.read_json(copy / "meta.json")
        srsly.write_json(copy / "meta.json", {**meta, "name": name, "version": version})
        facts = Facts(srsly.read_json(scores), f"the test texts of {data}", data, licence)
        write_card(copy, facts)
        # `spacy package` keeps a card that lies where the package goes.
        shutil.rmtree(output_dir / f"{meta['lang']}_{name}-{version}", ignore_errors=True)
        package(
            copy,
            output_dir,
            name=name,
            version=version,
            create_sdist=False,
            create_wheel=True,
            force=True,
            silent=False,
        )


if __name__ == "__main__":
    typer.run(main)
