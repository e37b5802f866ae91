"""`spacy rnn ...`: commands for people who train and use recurrent pipelines."""
