"""Plain Python: tag schemes, legal transitions, target vocabularies."""
