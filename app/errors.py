"""What can go wrong in the service, each with a sentence that says what to do."""

from __future__ import annotations

from accel.errors import AccelError
from corpus.errors import CorpusError
from retrieval.errors import RetrievalError


class AppError(Exception):
    """The root of this package's errors. ``field`` names what of a request is meant, where that is one thing."""

    field: str | None = None


class BadSettings(AppError):
    """The configuration names something that doesn't exist, or a value that can't be."""


class NoGenerator(AppError):
    """The language model can't be loaded."""


class BadGate(AppError):
    """A calibrated evidence gate that can't be read."""


class BadTrust(AppError):
    """What was measured of a model can't be read."""


class BadQuestion(AppError):
    """A question that is empty or too long."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class NotManaging(AppError):
    """A request to change documents, with a key that may only read."""


class NoKey(AppError):
    """A request that brings no key that is known."""


class WrongMediaType(AppError):
    """A request whose body is of a type that isn't taken."""


class RepeatedParameter(AppError):
    """A query parameter that stands twice."""


class UnknownAnswer(AppError):
    """No stored answer of that id."""


class BadSpreadsheet(AppError):
    """A batch that can't be read or written."""


class BadUpload(AppError):
    """Files that were sent together with something that doesn't fit them."""

    field = "files"


class UploadNotKept(AppError):
    """A file that was sent and can't be stored."""


# Every error whose message is meant for the person who made the request.
EXPLAINED = (AppError, AccelError, CorpusError, RetrievalError)
