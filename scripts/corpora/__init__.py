"""Readers of published and own corpora: one module per file format, one per task."""
