"""What holds for texts whatever they are annotated with."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List

from .findings import Corpora, Finding, lengths_in_words, problem

# Gates of an LSTM cell, each kept with its gradient in float32.
BYTES_PER_UNIT = 4 * 2 * 4
LARGE = 512 * 2**20
# Share of unknown words from which an encoder of words is often lost.
MANY = 0.2


def check_texts(corpora: Corpora, config: Dict[str, Any]) -> List[Finding]:
    """Sizes, lengths and the memory they imply, texts in both corpora."""
    findings = []
    for name, examples in corpora._asdict().items():
        words = [len(example.predicted) for example in examples]
        findings.append(
            Finding(
                f"{name}: {len(words)} texts with {sum(words)} words; words in a text: "
                f"{lengths_in_words(words)}."
            )
        )
        if not examples:
            findings.append(problem(f"The {name} corpus is empty: check corpora.{name}.path."))
    return findings + _unknown_words(corpora) + _memory(corpora, config) + _overlap(corpora)


def _unknown_words(corpora: Corpora) -> List[Finding]:
    """Words of the dev texts that no training text has."""
    known = {token.lower for example in corpora.train for token in example.predicted}
    words = [token.lower for example in corpora.dev for token in example.predicted]
    if not known or not words:
        return []
    share = sum(word not in known for word in words) / len(words)
    text = f"{share:.1%} of the words in dev texts are in no training text."
    if share < MANY:
        return [Finding(text)]
    return [problem(f"{text} Use word vectors or sub-words, or more training texts like these.")]


def _memory(corpora: Corpora, config: Dict[str, Any]) -> List[Finding]:
    longest = max((len(example.predicted) for example in corpora.train), default=0)
    units = max(_encoder_units(config["components"]), default=0)
    size = longest * units * BYTES_PER_UNIT
    text = f"The longest training text takes about {size / 2**20:.0f} MB in the encoder."
    if size < 2**20:
        return []
    if size < LARGE:
        return [Finding(text)]
    return [problem(f"{text} Set max_length in corpora.train, or cut such texts.")]


def _encoder_units(block: Dict[str, Any]) -> Iterator[int]:
    """Hidden units, all layers together, of every recurrent encoder in a config."""
    if "Encoder" in str(block.get("@architectures", "")) and isinstance(block.get("width"), int):
        yield block["width"] * int(block.get("depth", 1))
    for value in block.values():
        if isinstance(value, dict):
            yield from _encoder_units(value)


def _overlap(corpora: Corpora) -> List[Finding]:
    known = {example.reference.text for example in corpora.train}
    both = [e.reference.text for e in corpora.dev if e.reference.text in known]
    if not both:
        return [Finding("No dev text is also a training text.")]
    return [
        problem(
            f"{len(both)} of {len(corpora.dev)} dev texts are also training texts, such as "
            f"{both[0][:60]!r}: scores will be too high. Remove them from one of the corpora."
        )
    ]
