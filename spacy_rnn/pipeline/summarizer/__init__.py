"""Texts made from texts: source pieces, targets, and where each word came from."""
