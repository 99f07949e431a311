"""HTML and Markdown as a browser shows them: spans, raised marks, what is struck out, lists of terms."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.content import Kind
from corpus.errors import Unreadable
from corpus.loaders import Limits, load


def read(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return load(path, Limits()).pages[0].text


def test_cells_that_span_rows_and_columns_stand_in_each(tmp_path: Path) -> None:
    page = """<table><tr><th rowspan=2>Region</th><th colspan="2">Price</th></tr><tr><th>Online</th><th>Branch</th></tr>
    <tr><td rowspan="2">SEPA</td><td>EUR 1</td><td>EUR 5</td></tr><tr><td>EUR 2</td><td>EUR 6</td></tr>
    <tr><td>World</td><td colspan=2>EUR 9</td></tr><tr><td colspan=3>Extras</td></tr></table>"""
    assert read(tmp_path / "a.html", page).splitlines() == [
        "Region | Price | Price",
        "| Online | Branch",
        "SEPA | EUR 1 | EUR 5",
        "SEPA | EUR 2 | EUR 6",
        "World | EUR 9 | EUR 9",
        "Extras",
    ]
    kinds = [block.kind for block in load(tmp_path / "a.html", Limits()).pages[0].blocks]
    assert kinds == [Kind.HEADER, Kind.HEADER, *[Kind.ROW] * 4]


@pytest.mark.parametrize("span", ["-1", "x", "", "1.5", "00"])
def test_a_span_that_is_nonsense_is_one_column(tmp_path: Path, span: str) -> None:
    page = f'<table><tr><th>A</th><th>B</th></tr><tr><td colspan="{span}">a</td><td>b</td></tr></table>'
    assert read(tmp_path / "a.html", page) == "A | B\na | b"


def test_tables_whose_cells_span_too_much_are_refused(tmp_path: Path) -> None:
    cell = '<td rowspan="65534" colspan="900">x</td>'
    page = f"<table><tr>{cell}</tr>{'<tr></tr>' * 5000}</table>"
    with pytest.raises(Unreadable, match="columns or"):
        read(tmp_path / "a.html", page)


def test_a_raised_mark_is_no_digit(tmp_path: Path) -> None:
    page = """<p>It costs EUR 15<sup>2</sup> for 5 m<sup>2</sup>, on the 4<sup>th</sup>.</p>
    <table><tr><th>Fee<sup>*</sup></th><th>EUR</th></tr><tr><td>Late</td><td>8<sup>2</sup></td></tr></table>
    <p><sup>2</sup> free after theft. <sup>3</sup> once.</p>"""
    assert read(tmp_path / "a.html", page).split("\n\n") == [
        "It costs EUR 15 (note 2) for 5 m², on the 4th.",
        "Fee (note *) | EUR\nLate | 8 (note 2)",
        "Note 2: free after theft. Note 3: once.",
    ]


def test_what_is_struck_out_is_left_out(tmp_path: Path) -> None:
    page = """<p>It costs <del>EUR 8</del> <s>EUR 9</s> <span style="text-decoration: line-through red">EUR 7</span>
    <ins>EUR 12</ins>.</p>"""
    assert read(tmp_path / "a.html", page) == "It costs EUR 12."


def warned(path: Path, text: str) -> tuple[str, ...]:
    path.write_text(text, encoding="utf-8")
    return load(path, Limits()).warnings


def test_what_is_hidden_or_struck_out_is_counted(tmp_path: Path) -> None:
    page = """<nav hidden>Menu</nav><main>It costs <del>EUR 8</del> <s>EUR 9</s> <span style="text-decoration:
    line-through">EUR 7</span> EUR 12. <p hidden>Old <del>price</del> <span hidden>there</span></p>
    <i aria-hidden="true">›</i> <p style="display:none"></p></main>"""
    assert warned(tmp_path / "a.html", page) == (
        "1 piece of hidden text and 4 pieces of struck-through text were left out",
    )
    assert warned(tmp_path / "b.html", "<p>It costs EUR 12.") == ()
    text = "Costs ~~EUR 7~~ <del>EUR 8</del> EUR 9.\n\n<div hidden>EUR 6</div>\n"
    assert warned(tmp_path / "a.md", text) == (
        "1 piece of hidden text and 2 pieces of struck-through text were left out",
    )


def test_text_of_a_table_outside_of_its_cells_is_read_once(tmp_path: Path) -> None:
    page = """<table><caption>Fees</caption>Prices in <b>EUR</b><div>without tax</div>
    <tr>as of May<td>Gold<td>15</tr><tbody>yearly<tr><td>Silver<td>9</table>"""
    assert read(tmp_path / "a.html", page).split("\n\n") == [
        "Fees",
        "Prices in EUR without tax as of May yearly",
        "Gold | 15\nSilver | 9",
    ]
    assert read(tmp_path / "b.html", "<table><tr><td>A<td>1</table>") == "A | 1"
    wrapped = "<table><tr><td>A<td>1</tr><div><tr><td>B<td>2</tr></div></table>"
    assert read(tmp_path / "c.html", wrapped).count("B") == 1


def test_a_term_stands_with_what_is_said_of_it(tmp_path: Path) -> None:
    page = """<dl><dt>Cut-off<dd>14:30<dd>on business days<dt>A<dt>B<dd>both<dt>Prices<dd><ul><li>one</ul></dl>"""
    assert read(tmp_path / "a.html", page) == "- Cut-off: 14:30 on business days\n- A; B: both\n\nPrices:\n\n- one"


def test_markdown_has_notes_and_strikes_text_out(tmp_path: Path) -> None:
    text = "Costs EUR 15[^2], ~~EUR 7~~ <del>EUR 8</del> or EUR 9<sup>3</sup>, not \\[^4].\n\n"
    text += "[^2]: yearly\n[^3]: once\n    a year\n"
    assert read(tmp_path / "a.md", text).split("\n\n") == [
        "Costs EUR 15 (note 2), or EUR 9 (note 3), not [^4].",
        "Note 2: yearly",
        "Note 3: once a year",
    ]


def test_a_span_ends_with_its_group_of_rows_and_a_head_is_the_header(tmp_path: Path) -> None:
    page = """<table><thead><tr><th rowspan=2>Card<th>2024<th>2025</thead><tbody><tr><th colspan=3>Europe</tr>
    <tr><td>Gold<td>15<td>18<tr><td rowspan=0>Silver<td>5<td>6<tr><td>7<td>8</tbody><tbody><tr><td>Black<td>9<td>9"""
    assert read(tmp_path / "a.html", page).splitlines() == [
        *("Card | 2024 | 2025", "Europe", "Gold | 15 | 18", "Silver | 5 | 6", "Silver | 7 | 8", "Black | 9 | 9"),
    ]


def test_rows_with_values_are_never_part_of_the_header(tmp_path: Path) -> None:
    page = "<table><tr><td rowspan=2>Gold<td>Main<td>15<tr><td>Extra<td>5<tr><td>Silver<td>Main<td>9</table>"
    assert read(tmp_path / "a.html", page).splitlines() == ["Gold | Main | 15", "Gold | Extra | 5", "Silver | Main | 9"]
    spaced = "<table><tr><td><td>Card<td colspan=2>Fee<tr><td><td>Gold<td colspan=2>15<tr><td><td>Silver<td colspan=2>9"
    read(tmp_path / "b.html", spaced)
    kinds = [block.kind for block in load(tmp_path / "b.html", Limits()).pages[0].blocks]
    assert kinds == [Kind.HEADER, Kind.ROW, Kind.ROW]


def test_cells_of_a_table_in_a_cell_stand_apart(tmp_path: Path) -> None:
    page = "<table><tr><th>A<tr><td>See: <table><tr><td>Level 1<td>5<tr><td>Level 2<td>7</table></table>"
    assert read(tmp_path / "a.html", page) == "A\nSee: Level 1 5 Level 2 7"


def test_lists_have_the_numbers_that_the_page_shows(tmp_path: Path) -> None:
    page = "<ol start=4><li>four<li>five<li value=9>nine<li>ten</ol><ol type=a><li>x</ol><ol reversed><li>b<li>a</ol>"
    lines = read(tmp_path / "a.html", page).split()
    assert lines[::2] == ["4.", "5.", "9.", "10.", "a.", "2.", "1."]


def test_what_stands_in_for_a_picture_or_waits_to_be_opened_is_left_out(tmp_path: Path) -> None:
    page = """<p>Shown.<img src="x.png" alt="Gone."><canvas>Gone.</canvas><object>Gone.</object><video>Gone.</video>
    <audio>Gone.</audio><datalist><option>Gone.</datalist></p><dialog>Gone.</dialog><dialog open>Open.</dialog>"""
    assert read(tmp_path / "a.html", page).split("\n\n") == ["Shown.", "Open."]


def test_what_a_style_hides_or_raises(tmp_path: Path) -> None:
    page = """<p style="font-size:;opacity:">Shown.</p><p style="font-size:0">Gone.</p><p style="opacity:.0">Gone.</p>
    <div style="font-size:0"><p style="font-size:16px">EUR 15<span style="vertical-align: super">2</span>.</p></div>
    <p>3<sup>1</sup>/<sub>2</sub> percent</p>"""
    assert read(tmp_path / "a.html", page).split("\n\n") == ["Shown.", "EUR 15 (note 2).", "3 1/2 percent"]


def test_empty_lines_in_a_table_of_a_markdown_file_part_nothing(tmp_path: Path) -> None:
    text = """# Fees

<div>
<table>

  <tr><th>Card</th><th>Fee</th></tr>

    <tr>

      <td>

**Gold** ~~Silver~~ card

</td>
      <td>EUR 5 & more</td>

  </tr>

  <tr><td>Basic</td><td>

- free
- at home

</td></tr>
</table>
</div>

After.

```
<table>

</table>
```
"""
    (tmp_path / "a.md").write_text(text)
    [page] = load(tmp_path / "a.md", Limits()).pages
    assert page.text.split("\n") == [
        "Fees", "", "Card | Fee", "Gold card | EUR 5 & more", "Basic | free at home", "", "After.", "",
        "<table> </table>",
    ]  # fmt: skip
    assert len(page.tables) == 1
    (tmp_path / "b.md").write_text("<table>\n\n<tr><td>Gold</td><td>5</td></tr>\n\nNo end.\n")
    assert "No end." in load(tmp_path / "b.md", Limits()).pages[0].text


def test_what_is_nested_too_deeply_in_a_table_of_a_markdown_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"<table>\n\n<tr><td>\n\n{'>' * 60} deep\n\n</td></tr>\n</table>\n")
    with pytest.raises(Unreadable, match="nested too deeply"):
        load(tmp_path / "a.md", Limits())
