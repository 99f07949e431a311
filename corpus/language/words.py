"""The words of a text: lower case, in its order."""

from __future__ import annotations

import re

# Words that stand in nearly every passage: they tell nothing apart.
STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
    a about am an and any are as at be been but by can could did do does for from get had has have how i if in into is
    it its me my no not of on or our shall should so than that the their them there these they this to was we were what
    when where which who why will with would you your
    """,
    )
)


def words(text: str) -> list[str]:
    """The words and numbers of a text, in lower case."""
    return re.findall(r"\w+", text.lower())


def telling_words(text: str) -> list[str]:
    """The words of a text that tell it from others, each once; all where it has only stop words."""
    found = dict.fromkeys(words(text))
    return [word for word in found if word not in STOP_WORDS] or list(found)
