"""Hand-written material and generators for the sample corpora in `assets/sample`."""
