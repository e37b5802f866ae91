"""The errors that users of spacy-rnn may want to catch."""


class ModelFileError(ValueError):
    """A file of weights is damaged, foreign, or does not fit the config."""


class NotInitializedError(ValueError):
    """A model was used before `nlp.initialize()` or `from_disk` gave it weights."""


class NonFiniteError(FloatingPointError):
    """A loss, gradient or weight became NaN or infinite."""


class SaveError(OSError):
    """A model or checkpoint could not be written. What stood there before is whole."""


class ResumeError(ValueError):
    """A run cannot be continued from its checkpoint."""
