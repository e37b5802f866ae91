"""Every Doc, Span and Token extension that the components write."""

from __future__ import annotations

from spacy.tokens import Doc, Span


def declare_target(attr: str) -> None:
    """Make `doc._.<attr>` hold a written target: None until it is set."""
    if not Doc.has_extension(attr):
        Doc.set_extension(attr, default=None)


def declare_confidence() -> None:
    """Make `span._.confidence` hold the probability of an entity: None where none was wanted."""
    if not Span.has_extension("confidence"):
        Span.set_extension("confidence", default=None)


def declare_attention(attr: str) -> None:
    """Make `doc._.<attr>` hold what each token weighs for a text classifier, (tokens, heads): None
    until one has read the doc. An empty name declares nothing."""
    if attr and not Doc.has_extension(attr):
        Doc.set_extension(attr, default=None)
