"""`spacy rnn apply`: a trained pipeline on a file of texts."""

import sys
from pathlib import Path

import typer

from .app import rnn_cli
from .mistakes import mistakes_as_sentences


@rnn_cli.command("apply")
def apply_cli(
    model: str = typer.Argument(..., help="A trained pipeline: a directory or a package"),
    texts: Path = typer.Argument(..., help="Texts: .jsonl, .txt (one a line) or .spacy"),
    output: Path = typer.Argument(..., help="Where predictions go: .jsonl or .spacy"),
    field: str = typer.Option("text", "--field", help="Where a line of .jsonl has its text"),
    batch_size: int = typer.Option(256, "--batch-size", min=1, help="Texts computed together"),
    n_process: int = typer.Option(1, "--n-process", "-n", min=1, help="Processes, on a CPU"),
    gpu_id: int = typer.Option(-1, "--gpu-id", "-g", help="Number of the GPU; -1 for the CPU"),
) -> None:
    """Run a trained pipeline over a file of texts; predictions come in the order of the texts.

    Texts are streamed, so the file may be larger than memory when the output is .jsonl. A line of
    the output has the fields of its line in the input and what was predicted: ents, cats, summary.
    The output appears only when it is complete.
    """
    from wasabi import msg

    from .text_files import INPUTS, OUTPUTS, check_suffix, read_texts, write_predictions

    with mistakes_as_sentences():
        from spacy import load
        from spacy.cli._util import setup_gpu
        from tqdm import tqdm

        check_suffix(texts, INPUTS)
        check_suffix(output, OUTPUTS)
        if not texts.is_file():
            raise ValueError(f"There is no file {texts}.")
        setup_gpu(gpu_id, silent=True)
        nlp = load(model)
        stream = read_texts(texts, field, nlp.vocab)
        docs = nlp.pipe(stream, as_tuples=True, batch_size=batch_size, n_process=n_process)
        watched = tqdm(docs, unit=" texts", disable=None, file=sys.stderr)
        count = write_predictions(output, field, watched)
    msg.good(f"{output}: {count} texts")
