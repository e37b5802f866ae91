"""The tokens of a text, shaded by what they say for and against a category, as HTML."""

from __future__ import annotations

from html import escape
from typing import Sequence

from spacy.tokens import Doc

FOR, AGAINST = "46, 125, 50", "198, 40, 40"
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body>{body}</body></html>"""


def render_text(doc: Doc, values: Sequence[float], label: str, page: bool = False) -> str:
    """Shade each token green for a value above 0, red for one below.

    values: one per token, such as the attributions of `explain` or attention weights; the one
        farthest from 0 is shaded fully.
    label: what the values are about, as the heading.
    page: a page that needs no other file; otherwise a fragment for a page or a notebook.
    RAISES: ValueError if there is not one value per token.
    """
    if len(values) != len(doc):
        raise ValueError(
            f"values must have one number for each of {len(doc)} tokens, got {len(values)}"
        )
    largest = max((abs(float(value)) for value in values), default=0.0) or 1.0
    tokens = "".join(
        _shaded(token.text, float(value), largest) + escape(token.whitespace_)
        for token, value in zip(doc, values)
    )
    heading = escape(label)
    body = f'<figure><figcaption>{heading}</figcaption><p dir="auto">{tokens}</p></figure>'
    return PAGE.format(title=heading, body=body) if page else body


def _shaded(text: str, value: float, largest: float) -> str:
    colour = f"rgba({FOR if value > 0 else AGAINST}, {abs(value) / largest:.2f})"
    return f'<mark style="background: {colour}" title="{value:.4f}">{escape(text)}</mark>'
