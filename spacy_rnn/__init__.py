"""Recurrent layers and pipeline components for spaCy: NER, text classification, summarization."""

from importlib import import_module

# Imported when they are used: every `spacy.blank()` imports this package.
LAZY = {
    "safe_load": ".safety.load",
    "Bounds": ".safety.bounds",
    "write_manifest": ".safety.manifest",
    "ModelFileError": ".errors",
}


def __getattr__(name):
    if name not in LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(LAZY[name], __name__), name)
