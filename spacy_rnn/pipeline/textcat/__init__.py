"""Categories of texts: losses, probabilities, thresholds and reasons."""
