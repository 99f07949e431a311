"""Text recognition by tesseract: whether it can be done here, and the words that it finds in a picture.

The library reads within the process, so that the limits of the process that reads a file hold for it, too. A program
beside it would have memory and time of its own, and would write pictures to the disk.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from corpus.errors import NoRecognition

if TYPE_CHECKING:
    from tesserocr import PyTessBaseAPI

UNKNOWN = 0.0  # how sure a recognition is that another program did, which doesn't say

_HOW = "install tesseract (on Debian the package tesseract-ocr), or set ingestion.ocr to off"


@dataclass(frozen=True)
class Recognition:
    """What pictures are read with: the ``folder`` with tesseract's data, and the ``languages`` in its words, such as
    "eng+deu"."""

    folder: str
    languages: str


class Word(NamedTuple):
    """A word and its box, in pixels from the picture's top left corner. ``base`` is where its line's baseline begins
    and ends, ``height`` that of its line, and ``sure`` how sure the recognition is, 0 to 1. ``begins`` says whether it
    is the first of its line."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    base: tuple[float, float, float, float]
    height: float
    sure: float
    begins: bool

    @property
    def is_across(self) -> bool:
        """Whether its line goes up or down the picture."""
        x0, y0, x1, y1 = self.base
        return abs(y1 - y0) > abs(x1 - x0)


def find_recognition(languages: str) -> Recognition:
    """What pictures can be read with on this machine. Raises `NoRecognition` where something is missing."""
    if find_spec("tesserocr") is None:
        raise NoRecognition(
            'ingestion.ocr is on, and text recognition isn\'t installed: pip install "citewell[ocr]", or set it to off.'
        )
    folder = _data_folder()
    for language in languages.split("+"):
        if not (folder / f"{language}.traineddata").is_file():
            raise NoRecognition(
                f"ingestion.ocr is on, and tesseract has no data for the language {language!r} in {folder}: install it "
                f"(on Debian the package tesseract-ocr-{language}), or change ingestion.ocr_languages."
            )
    return Recognition(str(folder), languages)


def _data_folder() -> Path:
    """Where tesseract has its data, which only it knows."""
    try:
        said = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise NoRecognition(f"ingestion.ocr is on, and tesseract can't be run: {_HOW}.") from error
    quoted = (said.stdout + said.stderr).split('"')
    if len(quoted) < 3 or not Path(quoted[1]).is_dir():
        raise NoRecognition(f"ingestion.ocr is on, and tesseract doesn't say where its data is: {_HOW}.")
    return Path(quoted[1])


@contextmanager
def reader(recognition: Recognition) -> Iterator[PyTessBaseAPI]:
    """Tesseract with its languages loaded."""
    from tesserocr import PSM, PyTessBaseAPI

    with PyTessBaseAPI(path=recognition.folder, lang=recognition.languages, psm=PSM.AUTO) as api:
        yield api


def words(api: PyTessBaseAPI, grey: bytes, width: int, height: int, dpi: float) -> Iterator[Word]:
    """The words in a picture of that many grey pixels, a byte for each, in tesseract's reading order."""
    from tesserocr import RIL, iterate_level

    api.SetImageBytes(grey, width, height, 1, width)
    api.SetSourceResolution(round(dpi))
    api.Recognize()
    found = api.GetIterator()
    for word in iterate_level(found, RIL.WORD) if found else ():
        box, base = word.BoundingBox(RIL.WORD), word.Baseline(RIL.TEXTLINE)
        text = "" if box is None or base is None else word.GetUTF8Text(RIL.WORD).strip()
        if text:
            left, top, right, bottom = box
            (x0, y0), (x1, y1) = base
            height, sure = word.RowAttributes()["row_height"], word.Confidence(RIL.WORD) / 100
            begins = word.IsAtBeginningOf(RIL.TEXTLINE)
            yield Word(text, left, top, right, bottom, (x0, y0, x1, y1), height, sure, begins)
