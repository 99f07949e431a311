"""What can go wrong in `accel`, each with a sentence that says what to do."""


class AccelError(Exception):
    """The root of this package's errors."""


class PromptTooLong(AccelError):
    """The prompt and the answer asked for don't fit the model's context."""


class NotSupported(AccelError):
    """Something was asked for that lookahead decoding can't do."""


class NotTexts(AccelError, TypeError):
    """Passages were given as something else than a sequence of strings."""


class NoModel(AccelError):
    """The packaged model is missing, or can't be converted."""
