"""What can go wrong in the service, each with a sentence that says what to do."""

from __future__ import annotations

from accel.errors import AccelError, NoModel
from corpus.errors import CorpusError, DatabaseUnusable, NoRecognition, OriginalNotKept
from retrieval.errors import IndexNotSaved, NoEmbedder, NoReranker, RetrievalError


class AppError(Exception):
    """The root of this package's errors. ``field`` names the part of a request that is wrong, if it is a single one."""

    field: str | None = None


class BadSettings(AppError):
    """The configuration names something that doesn't exist, or a value that can't be."""


class NoGenerator(AppError):
    """The language model can't be loaded."""


class BadAnswerability(AppError):
    """A calibrated answerability model that can't be read."""


class BadQualification(AppError):
    """The file with a model's qualification can't be read."""


class BadQuestion(AppError):
    """A question that is empty or too long."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class NotQualified(AppError):
    """A request to let the model write, although it is not qualified."""


class Busy(AppError):
    """The language model has more to do than may wait for it. ``retry_after`` is in how many seconds it has less."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"The language model is busy: ask again in {retry_after} s.")
        self.retry_after = retry_after


class NotManaging(AppError):
    """A request to change documents, with a key that may only read."""


class NoKey(AppError):
    """A request that brings no key that is known."""


class WrongMediaType(AppError):
    """A request whose body has an unsupported media type."""


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


# Every error whose message is meant for people: for the operator, or for the person who made the request.
EXPLAINED = (AppError, AccelError, CorpusError, RetrievalError)

# What one who asks over the network is told of the server's own faults: no paths, no addresses. The log has the rest.
_FAULTS: dict[type[Exception], str] = {
    UploadNotKept: "The file can't be stored at the moment, and nothing of it was kept",
    OriginalNotKept: "The original of a file can't be stored at the moment",
    DatabaseUnusable: "The database can't be used at the moment",
    NoRecognition: "Text recognition is switched on and can't be done on the server",
    IndexNotSaved: "The index can't be written at the moment",
    NoGenerator: "The language model can't be loaded",
    NoModel: "The language model can't be loaded",
    NoEmbedder: "The embedding model can't be loaded",
    NoReranker: "The reranker can't be loaded",
    BadAnswerability: "The answerability model can't be read",
    BadQualification: "The language model's qualification can't be read",
}


def fault(error: Exception) -> str:
    """What may be said over the network of a fault of the server's own, without a full stop."""
    known = (_FAULTS[kind] for kind in type(error).__mro__ if kind in _FAULTS)
    return next(known, "Something went wrong on the server")
