"""Which first rows of a table name its columns, and which first columns its rows, where the format doesn't say."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from corpus.column_names import are_bands, are_days, are_sums, is_band, is_money
from corpus.language.dates import MONTHS
from corpus.language.scales import without_money_scale

_FIGURE = re.compile(r"\d|^\W+$")  # also the dash that stands for none
_AMOUNT = re.compile(r"(?:[A-Z]{3}|[A-Z]{0,3}[$€£¥])\s?\d")
# What a row says of something, and no name of a column.
_ANSWER = re.compile(r"[Yy]es|[Nn]o|[Nn]one|[Nn]il|n/?a|N/A|free|waived|(?:not )?(?:included|covered)|[✓✔✗✘×]|[-–—]")
Rows = Sequence[Sequence[str]]

_MONTH = rf"(?:{'|'.join(name[:3] for name in MONTHS)})[a-z]*\.?"
# A quarter, year or day, with a note's mark perhaps.
_PERIOD = (
    r"(?:FY?\s?'?\d\d|(?:19|20)\d\d|2 0 \d \d)(?:[-/](?:19|20)?\d\d)?"
    r"|(?:[QH][1-4]|[1-4][QH])(?:\W{0,3}(?:19|20)?\d\d)?"
    rf"|(?:[^|\d]*\s)?{_MONTH}\s\d{{1,2}}(?:,\s(?:19|20)\d\d)?|\d{{1,2}}\s{_MONTH}(?:\s(?:19|20)\d\d)?"
)
_NOTE = r"\s*(?:\(\w\)|[*A-Z]+)*"
_NAMES_PERIOD = re.compile(rf"(?:{_PERIOD}){_NOTE}", re.IGNORECASE)
# What names a column of numbers: that, or what they are counted in.
_NAMES_COLUMN = re.compile(
    rf"(?:{_PERIOD}|[A-Z]{{0,3}}[$€£'’]?\s?(?:000s?|k|m|mn|bn|thousands?|millions?|billions?|%)){_NOTE}", re.IGNORECASE
)


def header_rows(rows: Rows, known: int = 0, set_apart: int = 0) -> int:
    """How many of a table's first rows are its header, of which ``known`` are by its format: those up to the first that
    names columns, and what follows it without a label, with units only, or with names that columns still lack; less
    has to show that of one ``set_apart`` in print. None where the first row may have values: names of columns that are
    none make wrong statements of all rows."""
    named = known > 0
    for at, row in enumerate(rows[known:], start=known):
        values = any(row[1:])
        is_set_apart = at < set_apart
        if named:
            is_header = values and (_goes_on(rows, at) or (is_set_apart and _tells_apart(rows, at)))
        else:
            is_header = not values or _begins(rows, at, is_set_apart)
        if not is_header:
            return at
        named = named or values
    return known


def _tells_apart(rows: Rows, at: int) -> bool:
    """Whether a row names columns that the rows above don't or don't tell apart, and holds no values: totals may be set
    apart, too."""
    return brings_names(rows[:at], rows[at]) and _begins(rows, at)


def _begins(rows: Rows, at: int, is_set_apart: bool = False) -> bool:
    """Whether a row can be the first that names columns: figures where their kind or order shows it, words unless they
    are answers or come again in their column. A row without a label is less likely one of values, and one set apart
    unless it has answers or sums: it may have the totals."""
    row = rows[at]
    filled = [column for column, text in enumerate(row) if column and text]
    numbers = [column for column in filled if _is_plain_number(row[column]) or (row[0] and is_money(row[column]))]
    if not numbers:
        return not row[0] or not (_is_of_answers(row) if is_set_apart else _has_answers(rows, at))
    figures = [column for column in filled if column in numbers or is_band(row[column])]
    texts = [row[column] for column in figures]
    below = [[other[column] for other in rows[at + 1 :] if column < len(other) and other[column]] for column in figures]
    if are_bands(texts):
        return not any(is_band(text) for column in below for text in column)
    has_label = bool(row[0])
    return are_days(texts, has_label and not is_set_apart) or (figures == filled and are_sums(texts, below, has_label))


def _is_of_answers(row: Sequence[str]) -> bool:
    return any(_ANSWER.fullmatch(text) for text in row[1:])


def _has_answers(rows: Rows, at: int) -> bool:
    """Whether the values of a row with a label say yes, no or the like, or come again below: names stand once. Where
    all come again, both rows are headers, unless these are words in lower case."""
    label, *values = rows[at]
    if _is_of_answers(rows[at]):
        return True
    for other in rows[at + 1 :]:
        again = [text for text, below in zip(values, other[1:], strict=False) if text and text == below]
        if again and other[0] not in ("", label) and (again != list(filter(None, values)) or again[0][0].islower()):
            return True
    return False


def _goes_on(rows: Rows, at: int) -> bool:
    """Whether a row goes on with the header above it: without a label, or with years, days, bands, units or words that
    bring the names of columns which have none of their own."""
    row = rows[at]
    values = [text for text in row[1:] if text]
    is_of_bands = are_bands(values)
    if not is_of_bands and any(map(is_number if _has_pairs(rows) else _is_plain_number, values)):
        return False
    if not row[0]:
        return True
    if not brings_names(rows[:at], row):
        return False
    return is_of_bands or all(map(_names_column, values)) or _is_over_numbers(rows, at)


def _has_pairs(rows: Rows) -> bool:
    return max(map(len, rows), default=0) == 2


def brings_names(above: Rows, row: Sequence[str]) -> bool:
    """Whether a row names a column that the rows ``above`` don't, or tells neighbours apart that have one name."""
    names = names_of_columns(above)
    names += [""] * (len(row) - len(names))
    filled = [at for at in range(1, len(row)) if row[at]]
    if any(not names[at] for at in filled):
        return True
    return any(names[at] == names[at + 1] and row[at] != row[at + 1] for at in filled if at + 1 in filled)


def _is_over_numbers(rows: Rows, at: int) -> bool:
    """Whether a row has names without a number, which are no answers, over columns mostly of numbers, and no row above
    has a label."""
    values = rows[at][1:]
    if any(row[0] for row in rows[:at]) or any(is_number(text) or _ANSWER.fullmatch(text) for text in values):
        return False
    named = [column for column, text in enumerate(rows[at]) if column and text]
    below = [row[column] for row in rows[at + 1 :] for column in named if column < len(row) and row[column]]
    return 2 * sum(bool(_FIGURE.search(text)) for text in below) > len(below)


def is_of_pairs(rows: Rows) -> bool:
    """Whether a table only says names and their values, from its first row on: "Annual fee" and "EUR 60"."""
    first = rows[0] if rows else ()
    return _has_pairs(rows) and len(first) == 2 and is_number(first[1])


def label_columns(rows: Rows) -> int:
    """How many of the first columns are labels: as many as tell the ``rows`` below the header apart, if they hold
    words. A row is only known by all of its labels: "SEPA" and "Instant"."""
    group, filled, groups = 0, list[Sequence[str]](), list[int]()
    for row in rows:
        if any(row[1:]):
            filled.append(row)
            groups.append(group)
        else:  # the label of those below, which may be called as others are
            group += 1
    for count in range(1, max(map(len, filled), default=1)):
        if len({(own, *row[:count]) for own, row in zip(groups, filled, strict=True)}) == len(filled):
            return count
        following = [row[count] for row in filled if count < len(row)]
        if any(map(_is_of_digits, following)):
            break
    return 1


def rows_named_by_more(rows: Rows, labels: int) -> Iterator[tuple[int, int]]:
    """The ``rows`` below the header that have the same ``labels`` in one group, and how many columns tell them apart,
    if those hold words: "Average" and "Severe"."""
    group, alike = 0, defaultdict[tuple[object, ...], list[int]](list)
    for at, row in enumerate(rows):
        if any(row[1:]):
            alike[group, *row[:labels]].append(at)
        else:
            group += 1
    for (_, *label), places in alike.items():
        its = [rows[at] for at in places]
        if len(its) < 2 or not any(label):
            continue
        for count in range(labels + 1, max(map(len, its))):
            beside = [row[count - 1] for row in its if len(row) >= count and row[count - 1]]
            if any(_is_of_digits(text) or not re.search(r"[^\W\d_]{2}", text) for text in beside):
                break
            if len({tuple(row[:count]) for row in its}) == len(its):
                yield from ((at, count) for at in places)
                break


def _is_of_digits(text: str) -> bool:
    return bool(re.search(r"\d", text)) and not re.search(r"[A-Za-z]{3}", text)


def names_of_columns(header: Rows) -> list[str]:
    """The name of each column but the first: what stands above it, line after line."""
    width = max(map(len, header), default=0)
    columns = [" ".join(row[at] for row in header if at < len(row) and row[at]) for at in range(width)]
    return ["", *columns[1:]] if columns else []


def spread(header: Rows) -> list[list[str]]:
    """A header in which an empty cell of an upper row goes on with what stands left of it, as it is meant where merged
    cells can't be said: over columns that have names of their own below, of the same kind as those left of them."""
    width = max(map(len, header), default=0)
    rows: list[list[str]] = []
    kinds: list[bool | None] = [None] * width  # whether a column has a period among its names; None without a name
    for row in reversed(header):  # names below are known in full before those above go on over them
        carried, texts = 0, list(row[:1])
        for at in range(1, width):
            if at < len(row) and row[at]:
                carried = at
            elif kinds[at] is None or kinds[at] != kinds[carried]:
                carried = 0
            texts.append(row[carried] if carried else "")
        kinds = [_kind(text, kind) for text, kind in zip(texts, kinds, strict=False)]
        rows.append(texts)
    return rows[::-1]


def _kind(name: str, below: bool | None) -> bool | None:
    return below or bool(_NAMES_PERIOD.fullmatch(name)) if name else below


def is_number(text: str) -> bool:
    """Whether a cell holds an amount, or a number that is neither a year nor part of a date or name."""
    return _is_plain_number(text) or (bool(_AMOUNT.match(text)) and not _names_column(text))


def _is_plain_number(text: str) -> bool:
    """Whether a cell holds a number that is neither a year nor part of a date or name."""
    return bool(re.search(r"\d", text)) and not _names_column(text) and not re.search(r"[A-Za-z]{3}", text)


def _names_column(text: str) -> bool:
    """Whether a cell holds a year or day, what numbers are counted in, or both."""
    named = re.sub(r"\(\s*\)", "", without_money_scale(text)).strip()
    return not named or bool(_NAMES_COLUMN.fullmatch(named) or _NAMES_COLUMN.fullmatch(text))
