"""Watching a training: a table on the screen, lines in a file, curves in a browser."""
