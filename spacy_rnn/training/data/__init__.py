"""Corpora that spaCy has no reader for, and how long to train on one."""
