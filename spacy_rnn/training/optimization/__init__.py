"""Optimizers over a whole pipeline, and learning rates that change."""
