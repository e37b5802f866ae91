"""Torch only: recurrent networks over ragged sequences. Knows nothing of spaCy or Thinc."""
