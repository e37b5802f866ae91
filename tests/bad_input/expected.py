"""What a case of the catalogue may end in, other than an error: words for tables."""

from typing import NamedTuple, Type

# A finite loss above 0; a loss of exactly 0.
LEARNS, NOTHING = "learns", "nothing"


class Raises(NamedTuple):
    """An error with these words in its message."""

    error: Type[Exception]
    message: str


class Warns(NamedTuple):
    """The training goes on, with a warning that has these words."""

    message: str
