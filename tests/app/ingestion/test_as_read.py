"""What was read of a file can be checked: tables as such, a PDF's pages beside their pictures, and what is missing."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib import colors
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Table
from sqlalchemy import update

from app.cli.documents import _pages
from app.errors import BadSettings
from app.ingestion.as_read import as_read, write_as_read
from app.service import Citewell
from corpus import store
from corpus.schema import Page
from tests.corpus.test_pdf_ruled import BODY

HTML = """<h1>Prices &amp; terms</h1><p>We write &lt;b&gt; as it is.</p>
<table><tr><th>Region</th><th>Speed</th><th>Price</th></tr>
<tr><td rowspan="2">SEPA</td><td>normal</td><td>EUR 1</td></tr><tr><td>instant</td><td>EUR 2</td></tr></table>"""


def written(service: Citewell, path: Path, pages: range = range(1, 51)) -> str:
    service.ingest([path], "default")
    with service.database.reading() as session:
        record = store.document(session, "default", path.name)
        version = record.versions[-1]
        return as_read(session, record, version, pages, service.ingestion.file_of(version))


def test_a_table_is_shown_with_its_merged_cells_and_text_as_text(empty: Citewell, tmp_path: Path) -> None:
    (tmp_path / "prices.html").write_text(HTML)
    html = written(empty, tmp_path / "prices.html")
    assert "We write &lt;b&gt; as it is." in html
    assert re.sub(r"\s+", " ", html[html.index("<table>") : html.rindex("</tr>") + 5]).replace("> <", "><") == (
        "<table><tr><th>Region</th><th>Speed</th><th>Price</th></tr>"
        '<tr><th rowspan="2">SEPA</th><th>normal</th><td>EUR 1</td></tr><tr><th>instant</th><td>EUR 2</td></tr>'
    )
    with empty.database.writing() as session:  # as it was before tables were stored
        session.execute(update(Page).values(tables=None))
    assert "<th>SEPA</th><th>instant</th><td>EUR 2</td>" in written(empty, tmp_path / "prices.html")


def test_pages_of_a_pdf_stand_beside_their_pictures(empty: Citewell, tmp_path: Path) -> None:
    table = Table([["Fee", "2031"], ["Card", "12"]], style=[("GRID", (0, 0), (-1, -1), 1, colors.black)])
    parts = [Paragraph("Our fees are these.", BODY), table, PageBreak(), Paragraph("Our terms are those.", BODY)]
    SimpleDocTemplate(str(tmp_path / "fees.pdf")).build(parts)
    html = written(empty, tmp_path / "fees.pdf", range(1, 2))
    [picture] = re.findall(r"data:image/png;base64,([\w+/=]+)", html)
    with Image.open(io.BytesIO(base64.b64decode(picture))) as image:
        assert image.size[0] > 600
        assert image.convert("L").getextrema()[0] < 50  # there is print on it
    assert "<th>Card</th><td>12</td>" in html
    assert "Our terms are those." not in html
    assert "1 other page isn&#39;t shown" in html or "1 other page isn't shown" in html
    empty.settings.originals_dir.rename(tmp_path / "gone")
    (tmp_path / "fees.pdf").unlink()
    with empty.database.reading() as session:
        record = store.document(session, "default", "fees.pdf")
        without = as_read(
            session, record, record.versions[-1], range(1, 3), empty.ingestion.file_of(record.versions[-1])
        )
    assert "data:image" not in without
    assert "The file isn't there any more" in without
    assert "Our terms are those." in without


def test_what_was_not_read_is_said_and_where_nothing_can_be_written(empty: Citewell, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(HTML + "<p hidden>Nobody sees this.</p>")
    html = written(empty, tmp_path / "a.html")
    assert "Nobody sees this" not in html
    with empty.database.reading() as session:
        record = store.document(session, "default", "a.html")
        with pytest.raises(BadSettings, match="can't be written"):
            write_as_read(session, record, record.versions[-1], range(1, 2), None, tmp_path / "no" / "out.html")


@pytest.mark.parametrize("given", ["0", "3-2", "a", "1-", "-1", ""])
def test_pages_are_named_by_numbers(given: str) -> None:
    with pytest.raises(BadSettings, match="names no pages"):
        _pages(given)
    assert list(_pages("7")) == [7]
    assert list(_pages("3-5")) == [3, 4, 5]
