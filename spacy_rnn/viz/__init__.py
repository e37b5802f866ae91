"""Plots and HTML: curves, attention, confidence."""
