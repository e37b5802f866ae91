"""`spacy rnn ...`."""
