"""Thinc layers around `spacy_rnn.nn`. They know arrays and sequences, never a Doc."""
