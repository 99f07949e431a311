"""What can go wrong in an evaluation, each with a sentence that says what to do."""

from __future__ import annotations

from app.errors import AppError


class EvalError(AppError):
    """The root of this package's errors; the command line shows them as it shows the service's own."""


class BadGold(EvalError):
    """A gold set that can't be read, or not be used as it is."""


class BadRun(EvalError):
    """A run's folder that can't be read, continued or compared."""
