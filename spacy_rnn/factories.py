"""Factories and default configs. Imported by every `spacy.blank()`: kept light."""
