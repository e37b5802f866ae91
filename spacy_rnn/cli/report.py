"""`spacy rnn report`: all about a training on one page."""

from pathlib import Path
from typing import Optional

import typer

from .group import rnn_cli
from .mistakes import mistakes_as_sentences


@rnn_cli.command("report")
def report_cli(
    run: Path = typer.Argument(..., help="Output directory of a training, or a trained pipeline"),
    output: Optional[Path] = typer.Option(
        None, "--output", "-o", help="The page; report.html in the directory if not given"
    ),
    corpus: Optional[Path] = typer.Option(
        None, "--corpus", help="Annotated texts (.spacy) to look at; the dev corpus if not given"
    ),
    limit: int = typer.Option(1000, "--limit", min=0, help="Texts to look at; 0 for all"),
) -> None:
    """Write one HTML page about a training, to be opened in a browser or sent to somebody.

    It has the scores, the plots that `spacy rnn plot` draws, the twenty best and worst examples,
    what `spacy rnn debug-data` says about the corpora if they are still there, and the config.
    Everything is inside the page: it loads nothing from anywhere. It contains texts of your corpus.

    It needs matplotlib: pip install "spacy-rnn[plots]"
    Example: spacy rnn report training/sample/ner --corpus corpus/sample/ner/test.spacy
    """
    from wasabi import msg

    from ..report.observe import observe
    from ..report.page import make_page

    with mistakes_as_sentences():
        page = make_page(run, observe(run, corpus, limit))
        place = output or run / "report.html"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(page, encoding="utf8")
    msg.good(str(place))
