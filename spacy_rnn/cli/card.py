"""`spacy rnn card`: the model card of a trained pipeline."""

from pathlib import Path
from typing import Optional

import typer

from .group import rnn_cli
from .mistakes import mistakes_as_sentences


@rnn_cli.command("card")
def card_cli(
    model: Path = typer.Argument(..., help="A trained pipeline: a directory"),
    scores: Optional[Path] = typer.Option(
        None, "--scores", help="Test scores as JSON; those on the dev corpus if not given"
    ),
    measured_on: str = typer.Option(
        "the test corpus", "--measured-on", help="What the test scores were measured on"
    ),
    data: str = typer.Option("", "--data", help="What it was trained on, with source and licence"),
    licence: str = typer.Option("", "--licence", help="Licence of the pipeline, such as MIT"),
    limits: str = typer.Option("", "--limits", help="What else its users should know"),
) -> None:
    """Write a model card into a pipeline: what it does, its scores, data, limits and licence.

    The card is a README.md. `spacy package` puts it into the package, and so does
    `spacy project run package`. Labels with low scores are named among the limits.

    Example: spacy rnn card training/ner/model-best --scores metrics/ner.json
    --data "BC5CDR, abstracts of PubMed, public domain" --licence MIT
    """
    import json

    from wasabi import msg

    from ..report.card import Facts, write_card

    with mistakes_as_sentences():
        if not (model / "meta.json").is_file():
            raise ValueError(f"{model} is not a saved pipeline: it has no meta.json.")
        if scores is None:
            measured_on = "the dev corpus, on which the best model was chosen"
            meta = json.loads((model / "meta.json").read_text(encoding="utf8"))
            numbers = meta.get("performance", {})
        elif scores.is_file():
            numbers = json.loads(scores.read_text(encoding="utf8"))
        else:
            raise ValueError(f"There is no file {scores}.")
        card = write_card(model, Facts(numbers, measured_on, data, licence, limits))
    msg.good(str(card))
