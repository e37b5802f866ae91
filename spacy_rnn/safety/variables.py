"""How long a config becomes when its variables, such as ${paths.train}, are filled in."""

from __future__ import annotations

import re
from configparser import ConfigParser
from typing import Dict

from ..errors import ModelFileError

REFERENCE = re.compile(r"\$\{([^}]+)\}")
DEEPEST = 60
# What confection puts in the place of a reference while it reads; no config has it.
MARK = "__SECTION__:"


class Expansion:
    """The sizes of values and sections of one config, in characters."""

    def __init__(self, parser: ConfigParser) -> None:
        self.parser = parser
        self.known: Dict[str, int] = {}

    def total(self) -> int:
        """RAISES: ModelFileError if references lead in a circle, or are hidden."""
        return sum(self._section(name, 0) for name in self.parser.sections() if "." not in name)

    def _section(self, name: str, depth: int) -> int:
        key = f"[{name}]"
        if key not in self.known:
            inside = [s for s in self.parser.sections() if f"{s}.".startswith(f"{name}.")]
            self.known[key] = sum(
                len(option) + self._value(section, option, depth + 1)
                for section in inside
                for option in self.parser[section]
            )
        return self.known[key]

    def _value(self, section: str, option: str, depth: int) -> int:
        if depth > DEEPEST:
            raise ModelFileError(f"The variable {section}.{option} leads in a circle.")
        key = f"{section}.{option}"
        if key not in self.known:
            text = self.parser[section][option]
            if MARK in text:
                raise ModelFileError(f"{key} holds {MARK!r}, which no config needs.")
            references = REFERENCE.findall(text)
            self.known[key] = len(text) + sum(
                self._reference(reference, section, depth + 1) for reference in references
            )
        return self.known[key]

    def _reference(self, reference: str, section: str, depth: int) -> int:
        name = reference.replace(":", ".")
        home, _, option = name.rpartition(".")
        if self.parser.has_option(home or section, option):
            return self._value(home or section, option, depth)
        return self._section(name, depth)
