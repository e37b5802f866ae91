"""OpenNMT-py 3.0.4's recurrent model with copy attention, on lower-cased words."""

import io
from collections import Counter
from pathlib import Path
from typing import Any, Dict, Iterable, List, Tuple

import onmt.model_builder
import pyonmttok
import scores
import spacy
import tasks
from onmt.constants import DefaultTokens, ModelTask
from onmt.inputters.text_utils import _addcopykeys, numericalize, tensorify, text_sort_key
from onmt.modules.copy_generator import CopyGeneratorLoss
from onmt.opts import train_opts
from onmt.translate import GNMTGlobalScorer
from onmt.translate.translator import Translator
from onmt.utils.loss import LossCompute
from onmt.utils.misc import set_random_seed
from onmt.utils.parse import ArgumentParser
from torch import Tensor

from . import pairs
from .opennmt_faults import mend

AS_RELEASED = "opennmt-as-released"
SPECIALS = [DefaultTokens.UNK, DefaultTokens.PAD, DefaultTokens.BOS, DefaultTokens.EOS]
# Our config's sizes, with which the accuracy is compared.
WIDTH, VOCABULARY, LONGEST_SOURCE, LONGEST_TARGET = 128, 10_000, 200, 40
SEARCH_BATCH = 32


def run(
    system: str, task: str, corpus: Path, seed: int, budget: float
) -> Tuple[Dict[str, float], float]:
    """RETURNS: test scores with a beam of 4, CPU seconds of training."""
    set_random_seed(seed, False)
    train, dev = (pairs.read_pairs(task, corpus, part) for part in ("train", "dev"))
    writer = untrained(train, WIDTH, VOCABULARY, mended=system != AS_RELEASED)
    seconds = pairs.train(writer, train, dev, seed, budget)
    docs = tasks.read_docs(corpus, "test", spacy.blank("en"))
    sources = [doc.text for doc in docs]
    references = [tasks.targets(doc, tasks.ATTRS[task]) for doc in docs]
    return scores.summaries(writer.write(sources, 4), references, sources), seconds


def untrained(
    lines: List[pairs.Pair], width: int, vocabulary: int, mended: bool = True
) -> "Summarizer":
    """RETURNS: a model that knows the most frequent words of some pairs, sources and targets."""
    counts = Counter(word for pair in lines for text in pair for word in words(text).split())
    return Summarizer([word for word, _ in counts.most_common(vocabulary)], width, mended)


class Summarizer:
    """One LSTM layer each way, attention of the "general" kind, input feeding, one vocabulary.

    known: its words, apart from the special ones. mended: without the faults in copying.
    """

    rate, batch_size = 0.0015, 16
    shortest, longest = 1, LONGEST_TARGET

    def __init__(self, known: List[str], width: int, mended: bool) -> None:
        if mended:
            mend()
        self.mended = mended
        self.vocabulary = pyonmttok.build_vocab_from_tokens(known, special_tokens=SPECIALS)
        self.vocabulary.default_id = self.vocabulary[DefaultTokens.UNK]
        both = {"src": self.vocabulary, "tgt": self.vocabulary, "data_task": ModelTask.SEQ2SEQ}
        self.vocabularies: Dict[str, Any] = both
        self.module = onmt.model_builder.build_base_model(_options(width), both, gpu=False)
        unknown, padding = (self.vocabulary[each] for each in SPECIALS[:2])
        size = len(self.vocabulary)
        criterion = CopyGeneratorLoss(size, False, unk_index=unknown, ignore_index=padding)
        self.compute = LossCompute(
            criterion, self.module.generator, copy_attn=True, vocab=self.vocabulary
        )

    def cut(self, chosen: List[pairs.Pair]) -> List[pairs.Pair]:
        return [pairs.Pair(*map(words, pair)) for pair in chosen]

    def batch(self, chosen: List[pairs.Pair]) -> Dict[str, Any]:
        return self._tensors(
            [
                {"src": {"src": line(source, LONGEST_SOURCE)}, "tgt": {"tgt": line(target)}}
                for source, target in chosen
            ]
        )

    def _tensors(self, examples: List[Dict[str, Any]]) -> Dict[str, Any]:
        for index, example in enumerate(examples):
            example["indices"] = index
            _addcopykeys(self.vocabularies, example)
            numericalize(self.vocabularies, example)
        return tensorify(self.vocabularies, sorted(examples, key=text_sort_key, reverse=True))

    def loss(self, batch: Dict[str, Any]) -> Tuple[Tensor, int]:
        output, attentions = self.module(batch["src"], batch["tgt"], batch["srclen"])
        loss, counted = self.compute(batch, output, attentions)
        return loss, counted.n_words

    def write(self, sources: List[str], beam: int) -> List[str]:
        self.module.eval()
        return pairs.in_order_of_length(self._write, sources, SEARCH_BATCH, beam)

    def _write(self, sources: List[str], beam: int) -> List[str]:
        lines = [line(words(source), LONGEST_SOURCE) for source in sources]
        batch = self._tensors([{"src": {"src": each}, "tgt": None} for each in lines])
        found = _translator(self, beam).translate_batch(batch, False)["predictions"]
        texts = map(self._text, (best[0].tolist() for best in found), batch["src_ex_vocab"])
        return [text for _, text in sorted(zip(batch["indices"].tolist(), texts))]

    def _text(self, ids: Iterable[int], copied: Any) -> str:
        size = len(self.vocabulary)
        # As released, numbers of copied words are looked up in the wrong vocabulary.
        further = copied if self.mended else self.vocabulary
        found = [
            self.vocabulary.lookup_index(i) if i < size else further.lookup_index(i - size)
            for i in ids
        ]
        return " ".join(word for word in found if word not in SPECIALS)


_NLP = spacy.blank("en")


def words(text: str) -> str:
    """RETURNS: spaCy's tokens, lower-cased, with spaces between."""
    return " ".join(token.lower_ for token in _NLP.make_doc(text) if not token.is_space)


def line(text: str, longest: int = LONGEST_TARGET) -> str:
    """RETURNS: so many words of a text."""
    return " ".join(text.split()[:longest])


def _options(width: int) -> Any:
    """RETURNS: the toolkit's default options but for ours."""
    parser = ArgumentParser()
    train_opts(parser)
    options, _ = parser.parse_known_args(["--data", "{}", "--src_vocab", "none"])
    vars(options).update(
        encoder_type="brnn",
        layers=1,
        hidden_size=width,
        word_vec_size=width,
        bridge=True,
        copy_attn=True,
        reuse_copy_attn=True,
        share_vocab=True,
        share_embeddings=True,
        # There is time for less than an epoch.
        dropout=[0.0],
    )
    ArgumentParser.update_model_opts(options)
    return options


def _translator(writer: Summarizer, beam: int) -> Translator:
    return Translator(
        writer.module,
        writer.vocabularies,
        beam_size=beam,
        min_length=writer.shortest,
        max_length=writer.longest,
        dump_beam="",
        copy_attn=True,
        ban_unk_token=True,
        global_scorer=GNMTGlobalScorer(0.0, 0.0, "avg", "none"),
        out_file=io.StringIO(),
        report_score=False,
    )
