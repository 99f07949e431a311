"""HTML and SVG as Python calls. Whatever is not `Html` already is text, and is escaped, so that nothing that a document
or a user wrote can become markup."""

from __future__ import annotations

import re
from html import escape

# Characters that neither HTML nor XML can hold, not even as references.
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

_VOID = {"meta", "link", "input", "br"}


class Html(str):
    """Finished markup. Joining it with plain strings gives a plain string, which would be escaped again."""

    __slots__ = ()


def text(value: str) -> Html:
    """A text's markup: it looks like the text and is nothing else."""
    return Html(escape(_IMPOSSIBLE.sub("\ufffd", value)))


def el(name: str, /, *children: str | None, **attributes: str | float | bool | None) -> Html:
    """An element. Children that are None are left out; so are attributes that are None or False. ``cls`` and ``for_``
    stand for the names that Python keeps for itself, and an underline within a name for a hyphen."""
    written = "".join(_attribute(key, value) for key, value in attributes.items() if value is not None)
    if name in _VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{fragment(*children)}</{name}>")


def fragment(*children: str | None) -> Html:
    """Markup after markup; texts are escaped."""
    return Html("".join(child if isinstance(child, Html) else text(child) for child in children if child is not None))


def number(value: float) -> str:
    """A coordinate with one decimal at most: files hold many of them."""
    short = f"{value:.1f}".removesuffix(".0")
    return "0" if short == "-0" else short


def _attribute(name: str, value: str | float | bool) -> str:
    if value is False:
        return ""
    name = {"cls": "class"}.get(name, name).rstrip("_").replace("_", "-")
    if value is True:
        return f' {name}=""'
    return f' {name}="{text(value if isinstance(value, str) else number(value))}"'
