"""Recurrent layers and pipeline components for spaCy: NER, text classification, summarization."""
