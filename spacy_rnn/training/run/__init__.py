"""What spaCy calls a run, made to stop, to go on, and to leave whole directories behind."""
