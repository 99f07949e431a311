"""Dates and times as their formats show them, but a full date in ISO form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from corpus.language.dates import MONTHS
from corpus.loaders.xlsx.formats import Section, Token

_DAY = 86_400
_LAST = 2_958_465  # 9999-12-31 in the date system of 1900
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# By the last two digits of a language's code, which are of all its countries.
_MONTHS_IN = {
    "07": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "0A": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "0C": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "10": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "13": "januari februari maart april mei juni juli augustus september oktober november december",
    "16": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
}
NOT_SHOWN = "#####"


@dataclass(frozen=True)
class _Moment:
    """``day`` is 0 in the date that stands for none, and 29 in the February of 1900, which had 28."""

    year: int
    month: int
    day: int
    weekday: int
    seconds: Decimal  # of the day
    elapsed: Decimal  # seconds in all
    language: str

    @property
    def month_name(self) -> str:
        names = _MONTHS_IN.get(self.language[-2:].upper(), "").split()
        return names[self.month - 1] if names else MONTHS[self.month - 1].capitalize()


def moment(section: Section, serial: Decimal, date1904: bool) -> str:
    """The date or time that ``serial`` days after the workbook's first day are."""
    tokens = _with_minutes(section.tokens)
    has_elapsed = "elapsed" in section.kinds
    if (serial < 0 and not has_elapsed) or serial > _LAST:
        return NOT_SHOWN
    if serial < 0:
        return "-" + moment(section, -serial, date1904)
    places = sum(token.kind == "digit" and token.text == "0" for token in tokens)
    elapsed = (serial * _DAY).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    days, seconds = divmod(elapsed, _DAY)
    at = _Moment(*_calendar(int(days), date1904), seconds, elapsed, section.language)
    return _written(_without_parts(tokens, at), at)


def _calendar(days: int, date1904: bool) -> tuple[int, int, int, int]:
    """Year, month, day and weekday; the system of 1900 counts a day that wasn't."""
    if date1904:
        day = date(1904, 1, 1) + timedelta(days=min(days, _LAST - 1_462))
    elif days in (0, 60):
        return (1900, 1, 0, 5) if days == 0 else (1900, 2, 29, 2)
    else:
        day = date(1899, 12, 31 if days < 60 else 30) + timedelta(days=days)
    return day.year, day.month, day.day, day.weekday()


def _with_minutes(tokens: Sequence[Token]) -> list[Token]:
    """The tokens, those for minutes as "n": after hours and before seconds an m is none of a month."""
    timed = [at for at, token in enumerate(tokens) if token.kind in ("date", "elapsed")]
    out = [Token(kind, text.lower() if kind == "date" else text) for kind, text in tokens]
    for order, at in enumerate(timed):
        before = tokens[timed[order - 1]].text[:1].lower() if order else ""
        after = tokens[timed[order + 1]].text[:1].lower() if order + 1 < len(timed) else ""
        if out[at].kind == "date" and out[at].text in ("m", "mm") and (before == "h" or after == "s"):
            out[at] = Token("date", "n" * len(out[at].text))
    return out


def _without_parts(tokens: list[Token], at: _Moment) -> list[Token]:
    """The tokens with one text in place of those that tell a date together: the full date in ISO form, the day and the
    month with the month's name, a named month with the whole year. "3/4" and "Mar-26" can be read in two ways."""
    places = [place for place, token in enumerate(tokens) if token.kind == "date" and token.text[0] in "ymde"]
    years = any(tokens[place].text[0] in "ye" for place in places)
    months = [tokens[place].text for place in places if tokens[place].text[0] == "m"]
    days = any(tokens[place].text in ("d", "dd") for place in places)
    if not months or not (years or days):
        return tokens
    if years and days:
        text = f"{at.year:04}-{at.month:02}-{at.day:02}"
    elif days:
        text = f"{at.day} {at.month_name}"
    elif len(months[0]) > 2:
        text = f"{at.month_name[:3] if len(months[0]) == 3 else at.month_name} {at.year}"
    else:
        return tokens
    between = tokens[places[0] : places[-1] + 1]
    clock = [Token("literal", f" {_clock(at)}")] if any(map(_is_time, between)) else []
    after = tokens[places[-1] + 1 :]
    if years and days and not at.seconds and any(map(_is_time, [*between, *after])):
        clock, after = [], []  # a library that knows no mere dates writes them with a time of 0:00:00
    return [*tokens[: places[0]], Token("literal", text), *clock, *after]


def _is_time(token: Token) -> bool:
    return token.kind == "date" and token.text[0] in "hns"


def _clock(at: _Moment) -> str:
    return f"{int(at.seconds // 3600):02}:{int(at.seconds % 3600 // 60):02}"


def _written(tokens: Sequence[Token], at: _Moment) -> str:
    halved = any(token.kind == "halves" for token in tokens)
    out = ""
    for kind, text in tokens:
        if kind == "date":
            out += _part(text, at, halved)
        elif kind == "elapsed":
            unit = {"h": 3600, "m": 60, "s": 1}[text[0]]
            out += f"{int(at.elapsed // unit):0{len(text)}}"
        elif kind == "halves":
            out += text[: text.index("/")] if at.seconds < _DAY // 2 else text[text.index("/") + 1 :]
        elif kind == "digit" and text == "0":  # of a second
            out += f"{at.seconds % 1:f}".partition(".")[2][_digits_after_point(out) :][:1]
        else:
            out += {"pad": " ", "fill": " "}.get(kind, text)
    return out


def _digits_after_point(text: str) -> int:
    return len(text) - text.rfind(".") - 1


def _part(text: str, at: _Moment, halved: bool) -> str:
    if text[0] in "ye":
        # Two digits beside a month are a day as well as a year.
        return f"{at.year:04}"
    if text[0] in "md":
        name = at.month_name if text[0] == "m" else _WEEKDAYS[at.weekday]
        number = at.month if text[0] == "m" else at.day
        if len(text) == 5 and text[0] == "m":
            return name[0]
        return f"{number:0{len(text)}}" if len(text) < 3 else name[:3] if len(text) == 3 else name
    hour, minute = int(at.seconds // 3600), int(at.seconds % 3600 // 60)
    if halved:
        hour = hour % 12 or 12
    value = {"h": hour, "n": minute, "s": int(at.seconds % 60)}[text[0]]
    return f"{value:0{min(len(text), 2)}}"
