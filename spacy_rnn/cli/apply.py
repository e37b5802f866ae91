"""`spacy rnn apply`: a trained pipeline on a file of texts."""

import sys
from enum import Enum
from pathlib import Path

import typer

from .group import rnn_cli
from .mistakes import mistakes_as_sentences


class Engine(str, Enum):
    """Who computes."""

    local = "local"
    ray = "ray"


@rnn_cli.command("apply")
def apply_cli(
    model: str = typer.Argument(..., help="A trained pipeline: a directory or a package"),
    texts: Path = typer.Argument(..., help="Texts: .jsonl, .txt (one a line) or .spacy"),
    output: Path = typer.Argument(..., help="Where predictions go: .jsonl or .spacy"),
    field: str = typer.Option("text", "--field", help="Where a line of .jsonl has its text"),
    batch_size: int = typer.Option(256, "--batch-size", min=1, help="Texts computed together"),
    n_process: int = typer.Option(
        1, "--n-process", "-n", min=1, help="Processes, on a CPU; with ray: workers"
    ),
    engine: Engine = typer.Option(
        Engine.local, "--engine", help="local: this machine; ray: a cluster of Ray"
    ),
    gpu_id: int = typer.Option(-1, "--gpu-id", "-g", help="Number of the GPU; -1 for the CPU"),
) -> None:
    """Run a trained pipeline over a file of texts; predictions come in the order of the texts.

    Texts are streamed, so the file may be larger than memory when the output is .jsonl. A line of
    the output has the fields of its line in the input and what was predicted: ents, cats, summary.
    The output appears only when it is complete.

    --engine ray spreads the texts over the workers of a Ray cluster: the one that RAY_ADDRESS
    names, or one on this machine. The texts and the pipeline must have the same path on every
    machine of it. What a worker had when it died is done by another. It needs Ray: pip install
    "spacy-rnn[ray]"
    """
    from wasabi import msg

    from .prediction_files import OUTPUTS, write_blocks, write_predictions
    from .text_files import INPUTS, check_suffix
    from .workers import noticing_dead_workers

    with mistakes_as_sentences():
        check_suffix(texts, INPUTS)
        check_suffix(output, OUTPUTS)
        if not texts.is_file():
            raise ValueError(f"There is no file {texts}.")
        if engine == Engine.ray:
            from .on_ray import Job, predict_on_ray

            place = str(Path(model).resolve()) if Path(model).exists() else model
            job = Job(place, texts.resolve(), output.suffix, field, batch_size, gpu_id)
            blocks = predict_on_ray(job, n_process)
            count = write_blocks(output, _watched(blocks, f" times {batch_size} texts"))
        else:
            docs = _predict(model, texts, field, batch_size, n_process, gpu_id)
            with noticing_dead_workers():
                count = write_predictions(output, field, _watched(docs, " texts"))
    msg.good(f"{output}: {count} texts")


def _predict(model: str, texts: Path, field: str, batch_size: int, n_process: int, gpu_id: int):
    """RETURNS: docs with the fields that stood beside their texts."""
    from spacy import load
    from spacy.cli._util import setup_gpu

    from .text_files import read_texts

    setup_gpu(gpu_id, silent=True)
    nlp = load(model)
    stream = read_texts(texts, field, nlp.vocab)
    return nlp.pipe(stream, as_tuples=True, batch_size=batch_size, n_process=n_process)


def _watched(items, unit: str):
    from tqdm import tqdm

    return tqdm(items, unit=unit, disable=None, file=sys.stderr)
