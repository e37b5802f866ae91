"""Registered architectures: a tok2vec with a head."""
