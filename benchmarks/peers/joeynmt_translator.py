"""JoeyNMT 2.3.0's recurrent model with Luong attention, on subwords of SentencePiece."""

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Dict, List, Tuple

import scores
import torch
from joeynmt.batch import Batch
from joeynmt.helpers import set_seed
from joeynmt.model import build_model
from joeynmt.search import search
from joeynmt.vocabulary import Vocabulary
from sentencepiece import SentencePieceProcessor, SentencePieceTrainer
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from . import pairs

# Our config's sizes, with which the accuracy is compared.
WIDTH, VOCABULARY, LONGEST = 256, 8_000, 60
SEARCH_BATCH = 32
NAMES = ("unk", "pad", "bos", "eos")
UNKNOWN, PADDING, BEGIN, END = range(4)


def run(
    system: str, task: str, corpus: Path, seed: int, budget: float
) -> Tuple[Dict[str, float], float]:
    """RETURNS: test scores with a beam of 5, CPU seconds of training."""
    set_seed(seed)
    train, dev = (pairs.read_pairs(task, corpus, part) for part in ("train", "dev"))
    writer = untrained(train, WIDTH, VOCABULARY)
    seconds = pairs.train(writer, train, dev, seed, budget)
    sources, references = zip(*pairs.read_pairs(task, corpus, "test"))
    found = writer.write(list(sources), 5)
    return scores.translations(found, list(references), sources), seconds


def untrained(lines: List[pairs.Pair], width: int, vocabulary: int) -> "Translator":
    """RETURNS: a model that knows subwords of some pairs, sources and targets."""
    model = io.BytesIO()
    SentencePieceTrainer.train(
        sentence_iterator=(line for pair in lines for line in pair),
        model_writer=model,
        vocab_size=vocabulary,
        model_type="bpe",
        character_coverage=1.0,
        minloglevel=2,
        **{f"{name}_id": i for i, name in enumerate(NAMES)},
    )
    return Translator(SentencePieceProcessor(model_proto=model.getvalue()), width)


class Translator:
    """One LSTM layer, half of the width each way, and another that writes, with input feeding.

    cutter: its numbers of subwords are the toolkit's too.
    """

    rate, batch_size = 0.002, 64
    shortest, longest = 1, LONGEST

    def __init__(self, cutter: SentencePieceProcessor, width: int) -> None:
        self.cutter = cutter
        listed = [self.cutter.id_to_piece(i) for i in range(len(self.cutter))]
        vocabulary = Vocabulary(listed[len(NAMES) :], _symbols(listed))
        self.module = build_model(_settings(width), vocabulary, vocabulary)
        self.module.loss_function = ("crossentropy", 0.0)

    def cut(self, chosen: List[pairs.Pair]) -> List[pairs.Pair]:
        return chosen

    def batch(self, chosen: List[pairs.Pair]) -> Batch:
        sources, targets = (self._cut(lines) for lines in zip(*chosen))
        return _tensors(sources, [torch.tensor([BEGIN, *each, END]) for each in targets])

    def _cut(self, lines: Any) -> List[List[int]]:
        return [ids[:LONGEST] for ids in self.cutter.encode(list(lines))]

    def loss(self, batch: Batch) -> Tuple[Tensor, int]:
        batch.sort_by_src_length()
        loss, *_ = self.module(return_type="loss", **vars(batch))
        return loss, batch.ntokens

    def write(self, sources: List[str], beam: int) -> List[str]:
        self.module.eval()
        return pairs.in_order_of_length(self._write, sources, SEARCH_BATCH, beam)

    def _write(self, sources: List[str], beam: int) -> List[str]:
        batch = _tensors(self._cut(sources), None)
        places = batch.sort_by_src_length()
        found, *_ = search(
            model=self.module,
            batch=batch,
            min_output_length=self.shortest,
            max_output_length=self.longest,
            beam_size=beam,
            beam_alpha=1.0,
            generate_unk=False,
        )
        ended = [_until_end(row) for row in found.astype(int).tolist()]
        return [self.cutter.decode(ended[place]) for place in places]


def _tensors(sources: List[List[int]], targets: Any) -> Batch:
    rows = [torch.tensor([*ids, END]) for ids in sources]
    padded = [
        None if each is None else pad_sequence(each, batch_first=True, padding_value=PADDING)
        for each in (rows, targets)
    ]
    return Batch(
        src=padded[0],
        src_length=torch.tensor([len(row) for row in rows]),
        src_prompt_mask=None,
        trg=padded[1],
        trg_prompt_mask=None,
        indices=torch.arange(len(rows)),
        device=torch.device("cpu"),
        pad_index=PADDING,
        eos_index=END,
    )


def _until_end(ids: List[int]) -> List[int]:
    kept = ids[: ids.index(END)] if END in ids else ids
    return [i for i in kept if i > END]


def _symbols(listed: List[str]) -> SimpleNamespace:
    """RETURNS: the special symbols as the toolkit wants to be told."""
    tokens = {f"{name}_token": listed[i] for i, name in enumerate(NAMES)}
    numbers = {f"{name}_id": i for i, name in enumerate(NAMES)}
    return SimpleNamespace(**tokens, **numbers, sep_token=None, sep_id=None, lang_tags=[])


def _settings(width: int) -> Dict[str, Any]:
    """RETURNS: the toolkit's model settings, those of its own small recurrent examples."""
    layer = {
        "type": "recurrent",
        "rnn_type": "lstm",
        "num_layers": 1,
        # There is time for about one epoch.
        "dropout": 0.0,
        "embeddings": {"embedding_dim": width, "scale": False, "dropout": 0.0},
    }
    return {
        "initializer": "xavier_uniform",
        "bias_initializer": "zeros",
        "embed_initializer": "normal",
        "embed_init_weight": 0.1,
        "init_rnn_orthogonal": True,
        "lstm_forget_gate": 1.0,
        "encoder": {**layer, "hidden_size": width // 2, "bidirectional": True},
        "decoder": {
            **layer,
            "hidden_size": width,
            "hidden_dropout": 0.0,
            "input_feeding": True,
            "init_hidden": "bridge",
            "attention": "luong",
        },
    }
