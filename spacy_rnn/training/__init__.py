"""Corpus readers, scorers' helpers, loggers and callbacks for `spacy train`."""
