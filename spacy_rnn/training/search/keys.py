"""The settings that a search may vary, and the values it may give them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Protocol, Tuple, Union

EXAMPLES = (
    "training.dropout=0.1:0.5 (from, to), "
    "training.optimizer.learn_rate.initial_rate=1e-4:1e-2:log, "
    "components.ner.model.tok2vec.encode.width=64:256:32 (in steps) or training.patience=0,500 "
    "(one of these)"
)


class Key(Protocol):
    """name: dotted, as in the config."""

    name: str

    def suggest(self, trial: Any) -> Any:
        """Ask a trial of Optuna's for a value."""


@dataclass(frozen=True)
class Choice:
    """One of some values, each as it stands in a config."""

    name: str
    texts: Tuple[str, ...]

    def suggest(self, trial: Any) -> Any:
        return _value(trial.suggest_categorical(self.name, self.texts))


@dataclass(frozen=True)
class Range:
    """A number between two, which are included. Whole numbers if both bounds are.

    log: as many tries between 1 and 10 as between 10 and 100.
    """

    name: str
    low: Union[int, float]
    high: Union[int, float]
    step: Union[int, float, None] = None
    log: bool = False

    def suggest(self, trial: Any) -> Any:
        if isinstance(self.low, int) and isinstance(self.high, int):
            step = 1 if self.step is None else self.step
            return trial.suggest_int(self.name, self.low, self.high, step=step, log=self.log)
        return trial.suggest_float(self.name, self.low, self.high, step=self.step, log=self.log)


def parse_key(text: str) -> Key:
    """Read `KEY=LOW:HIGH`, `KEY=LOW:HIGH:log`, `KEY=LOW:HIGH:STEP` or `KEY=A,B,C`.

    RAISES: ValueError saying how it should look.
    """
    name, sign, values = text.partition("=")
    if not sign or "." not in name or not values:
        raise ValueError(f"Cannot read --key {text!r}. It should look like: {EXAMPLES}.")
    bounds = values.split(":")
    if len(bounds) == 1 or values[0] in '["{':
        return Choice(name, _choices(values))
    try:
        return _range(name, *bounds)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"Cannot read --key {text!r} ({error}). It should look like: {EXAMPLES}."
        ) from error


def _range(name: str, low: str, high: str, more: str = "") -> Range:
    lowest, highest = _number(low), _number(high)
    if lowest > highest:
        raise ValueError(f"{low} is more than {high}")
    if more == "log":
        if lowest <= 0:
            raise ValueError("a logarithmic range begins above 0")
        return Range(name, lowest, highest, log=True)
    return Range(name, lowest, highest, step=_number(more) if more else None)


def _number(text: str) -> Union[int, float]:
    value = json.loads(text)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"{text} is not a number")
    return value


def _choices(values: str) -> Tuple[str, ...]:
    """Split at commas, but not inside brackets or quotes."""
    texts, depth, quoted = [""], 0, False
    for letter in values:
        quoted ^= letter == '"'
        depth += 0 if quoted else (letter in "[{") - (letter in "]}")
        if letter == "," and not depth and not quoted:
            texts.append("")
        else:
            texts[-1] += letter
    return tuple(text.strip() for text in texts)


def _value(text: str) -> Any:
    """A value as the command line of `spacy train` would read it."""
    try:
        return json.loads(text)
    except ValueError:
        return text
