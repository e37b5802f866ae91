"""Factories and default configs. Imported by every `spacy.blank()`: kept light."""

from .ner import make_ner
from .summarizer import make_summarizer
from .textcat import make_textcat, make_textcat_multilabel

__all__ = ["make_ner", "make_summarizer", "make_textcat", "make_textcat_multilabel"]
