"""What can be said and shown about a finished training: plots, examples, one page of all."""
