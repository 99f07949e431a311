"""What can go wrong with documents, each with a sentence that says what to do."""


class CorpusError(Exception):
    """The root of this package's errors."""


class Unreadable(CorpusError):
    """A file that can't be taken in; the message is the reason."""


class BadManifest(CorpusError):
    """A folder's manifest that can't be followed."""


class SameName(CorpusError):
    """Two files that would be the same version of the same document."""


class NothingToIngest(CorpusError):
    """A path that doesn't exist, or holds no file of a known format."""


class NotOneFile(CorpusError):
    """Several files, or a folder, where one file is to become a version of a document."""


class UnknownCollection(CorpusError):
    """A collection that nothing was ever ingested into."""


class UnknownDocument(CorpusError):
    """No document of that id or name in the collection."""


class UnknownJob(CorpusError):
    """No job of that id."""


class UnknownVersion(CorpusError):
    """A document without a version of that number."""


class UnknownPage(CorpusError):
    """A version without a page of that number, or without that reading."""


class OriginalNotKept(CorpusError):
    """A file whose copy can't be stored."""


class BadLabel(CorpusError):
    """Text that can't be an access label."""


class DatabaseUnusable(CorpusError):
    """The database can't be opened, read or written."""


class NotText(CorpusError):
    """A name or text with characters that a database can't hold."""


class NoRecognition(CorpusError):
    """Text recognition is asked for and can't be done here."""
