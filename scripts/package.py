"""Make an installable package of a trained pipeline, as `spacy package` does."""

from pathlib import Path

import typer
from spacy.cli.package import package


def main(
    model: Path = typer.Argument(..., help="A trained pipeline", exists=True),
    output_dir: Path = typer.Argument(
        ..., help="Where to put the package; made if it is not there"
    ),
    name: str = typer.Option(..., help="The package's name, without the language"),
    version: str = typer.Option("0.1.0", help="The package's version"),
) -> None:
    """Make a wheel, OUTPUT_DIR/LANG_NAME-VERSION/dist/*.whl; one of that version is replaced."""
    output_dir.mkdir(parents=True, exist_ok=True)
    package(
        model,
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
