"""A warning of the files that a PDF carries, which aren't read."""

from __future__ import annotations

from collections.abc import Iterator

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from corpus.content import clean

_NAMED = 5  # files that the warning names
_LONGEST = 60  # characters of a name


def attached(document: pdfium.PdfDocument, pinned: int) -> Iterator[str]:
    """A clause on files attached to the document, of which so many are ``pinned`` to its pages, if there are any."""
    listed = [_name(document.get_attachment(at)) for at in range(document.count_attachments())]
    # A file that is pinned may be listed, too.
    count = max(len(listed), pinned)
    if not count:
        return
    names = [name for name in listed if name][:_NAMED]
    more = f" and {count - len(names)} more" if names and count > len(names) else ""
    named = f": {', '.join(names)}{more}" if names else ""
    yield f"{count:,} attached {'file was' if count == 1 else 'files were'} left out{named}"


def _name(attachment: pdfium.PdfAttachment) -> str:
    name = clean(attachment.get_name())
    return name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"


def pins(page: pdfium.PdfPage) -> int:
    """How many files are pinned to a page."""
    count = 0
    for at in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, at)
        count += raw.FPDFAnnot_GetSubtype(annotation) == raw.FPDF_ANNOT_FILEATTACHMENT
        raw.FPDFPage_CloseAnnot(annotation)
    return count
