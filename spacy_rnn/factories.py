"""Factories and default configs of the components. Imported by every `spacy.blank()`: kept light."""
