"""What can go wrong with retrieval, each with a sentence that says what to do."""


class RetrievalError(Exception):
    """The root of this package's errors."""


class NoEmbedder(RetrievalError):
    """The embedding model can't be loaded."""


class NoReranker(RetrievalError):
    """The cross-encoder can't be loaded, or isn't one for ranking."""


class IndexNotSaved(RetrievalError):
    """The dense index can't be written to its folder."""
