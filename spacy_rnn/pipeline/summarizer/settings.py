"""The settings of `rnn_summarizer`, checked and put into the objects that use them."""

from __future__ import annotations

from typing import Optional, Sequence, Tuple

from ...decoding.beam import Beam
from ...decoding.ranking import LENGTH_PENALTIES, Ranking
from ...decoding.sampling import Sampling
from ...decoding.search import Lengths, SearchSettings
from ...labels.vocabularies import KINDS

LONG_SOURCES = ("lead", "chunked")
MAX_BEAM = 1000
MAX_WORDS = 10_000
# Far above where the likeliest candidate alone counts.
MAX_SHARPNESS = 1e6


def check_summarizer(
    name: str,
    attr: str,
    origins_attr: str,
    long_sources: str,
    target_units: str,
    vocabulary_size: int,
    min_count: int,
    forbidden_words: Sequence[str],
    label_smoothing: float,
    coverage_loss: float,
    scheduled_sampling: float,
    risk_loss: float,
    risk_candidates: int,
    risk_sharpness: float,
) -> None:
    """RAISES: ValueError naming the setting."""
    _check(name, "attr", attr, attr.isidentifier(), "a name such as summary")
    valid = origins_attr != attr and (not origins_attr or origins_attr.isidentifier())
    _check(name, "origins_attr", origins_attr, valid, f"empty, or a name other than {attr}")
    valid = long_sources in LONG_SOURCES
    _check(name, "long_sources", long_sources, valid, " or ".join(LONG_SOURCES))
    _check(name, "target_units", target_units, target_units in KINDS, " or ".join(KINDS))
    _check(name, "vocabulary_size", vocabulary_size, vocabulary_size >= 1, "at least 1")
    _check(name, "min_count", min_count, min_count >= 1, "at least 1")
    # A word can be spelled in many ways: forbidding one of them would not keep it out.
    valid = not forbidden_words or target_units == "words"
    _check(name, "forbidden_words", forbidden_words, valid, 'empty where target_units = "subwords"')
    valid = 0.0 <= label_smoothing < 1.0
    _check(name, "label_smoothing", label_smoothing, valid, "at least 0 and below 1")
    _check(name, "coverage_loss", coverage_loss, coverage_loss >= 0.0, "at least 0")
    valid = 0.0 <= scheduled_sampling <= 1.0
    _check(name, "scheduled_sampling", scheduled_sampling, valid, "between 0 and 1")
    _check(name, "risk_loss", risk_loss, risk_loss >= 0.0, "at least 0")
    valid = 2 <= risk_candidates <= MAX_BEAM
    _check(name, "risk_candidates", risk_candidates, valid, f"between 2 and {MAX_BEAM}")
    valid = 0.0 <= risk_sharpness <= MAX_SHARPNESS
    _check(name, "risk_sharpness", risk_sharpness, valid, f"between 0 and {MAX_SHARPNESS:g}")


def search_settings(
    name: str,
    beam_width: int,
    ranking: Tuple[float, str, float],
    consensus: float,
    lengths: Tuple[int, int, float, float],
    no_repeat_ngram: int,
    sampling: Tuple[float, int, float, int],
) -> SearchSettings:
    """name: of the component. ranking: see `Ranking`. lengths: see `Lengths`. sampling: see
    `Sampling`; none at a temperature of 0.
    RAISES: ValueError naming the setting."""
    exponent, kind, coverage = ranking
    minimum, maximum, min_ratio, max_ratio = lengths
    valid = 1 <= beam_width <= MAX_BEAM
    _check(name, "beam_width", beam_width, valid, f"between 1 and {MAX_BEAM}")
    valid = kind in LENGTH_PENALTIES
    _check(name, "length_penalty_kind", kind, valid, " or ".join(LENGTH_PENALTIES))
    _check(name, "length_penalty", exponent, exponent >= 0.0, "at least 0")
    _check(name, "coverage_penalty", coverage, coverage >= 0.0, "at least 0")
    _check(name, "consensus", consensus, consensus >= 0.0, "at least 0")
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
        sampling=_sampling(name, beam_width, *sampling),
        consensus=consensus,
    )


def _sampling(
    name: str, beam_width: int, temperature: float, top_k: int, top_p: float, seed: int
) -> Optional[Sampling]:
    _check(name, "temperature", temperature, temperature >= 0.0, "at least 0")
    _check(name, "top_k", top_k, top_k >= 0, "at least 0")
    _check(name, "top_p", top_p, 0.0 < top_p <= 1.0, "above 0 and at most 1")
    _check(name, "sampling_seed", seed, seed >= 0, "at least 0")
    if temperature == 0.0:
        valid = not top_k and top_p == 1.0
        _check(name, "temperature", temperature, valid, "above 0 where top_k or top_p is set")
        return None
    _check(name, "beam_width", beam_width, beam_width == 1, "1 where temperature is above 0")
    return Sampling(temperature, top_k, top_p, seed)


def _check(name: str, setting: str, value: object, valid: bool, expected: str) -> None:
    if not valid:
        raise ValueError(f"components.{name}.{setting} must be {expected}, got {value!r}")
