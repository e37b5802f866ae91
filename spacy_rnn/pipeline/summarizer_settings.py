"""The settings of `rnn_summarizer`, checked and put into the objects that use them."""

from __future__ import annotations

from typing import Tuple

from ..decoding.beam import Beam
from ..decoding.ranking import LENGTH_PENALTIES, Ranking
from ..decoding.search import Lengths, SearchSettings

MAX_BEAM = 1000
MAX_WORDS = 10_000


def check_summarizer(
    name: str,
    attr: str,
    vocabulary_size: int,
    min_count: int,
    label_smoothing: float,
    coverage_loss: float,
) -> None:
    """RAISES: ValueError naming the setting."""
    _check(name, "attr", attr, attr.isidentifier(), "a name such as summary")
    _check(name, "vocabulary_size", vocabulary_size, vocabulary_size >= 1, "at least 1")
    _check(name, "min_count", min_count, min_count >= 1, "at least 1")
    valid = 0.0 <= label_smoothing < 1.0
    _check(name, "label_smoothing", label_smoothing, valid, "at least 0 and below 1")
    _check(name, "coverage_loss", coverage_loss, coverage_loss >= 0.0, "at least 0")


def search_settings(
    name: str,
    beam_width: int,
    ranking: Tuple[float, str, float],
    lengths: Tuple[int, int, float, float],
    no_repeat_ngram: int,
) -> SearchSettings:
    """name: of the component. ranking: see `Ranking`. lengths: see `Lengths`.
    RAISES: ValueError naming the setting."""
    exponent, kind, coverage = ranking
    minimum, maximum, min_ratio, max_ratio = lengths
    valid = 1 <= beam_width <= MAX_BEAM
    _check(name, "beam_width", beam_width, valid, f"between 1 and {MAX_BEAM}")
    valid = kind in LENGTH_PENALTIES
    _check(name, "length_penalty_kind", kind, valid, " or ".join(LENGTH_PENALTIES))
    _check(name, "length_penalty", exponent, exponent >= 0.0, "at least 0")
    _check(name, "coverage_penalty", coverage, coverage >= 0.0, "at least 0")
    _check(name, "max_length", maximum, 1 <= maximum <= MAX_WORDS, f"between 1 and {MAX_WORDS}")
    valid = 0 <= minimum <= maximum
    _check(name, "min_length", minimum, valid, f"between 0 and max_length ({maximum})")
    _check(name, "max_ratio", max_ratio, max_ratio >= 0.0, "at least 0")
    valid = 0.0 <= min_ratio and (min_ratio <= max_ratio or not max_ratio)
    _check(name, "min_ratio", min_ratio, valid, f"between 0 and max_ratio ({max_ratio})")
    _check(name, "no_repeat_ngram", no_repeat_ngram, no_repeat_ngram >= 0, "at least 0")
    return SearchSettings(
        Beam(beam_width),
        Ranking(exponent, kind, coverage),
        Lengths(minimum, maximum, min_ratio, max_ratio),
        no_repeat_ngram,
    )


def _check(name: str, setting: str, value: object, valid: bool, expected: str) -> None:
    if not valid:
        raise ValueError(f"components.{name}.{setting} must be {expected}, got {value!r}")
