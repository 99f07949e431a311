"""Numbers written as words."""

from __future__ import annotations

_UP_TO_TWENTY = """
    two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
    nineteen twenty
"""
_TENS = ("thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
# "two" is "2"; "one" is left out, which mostly counts nothing.
NUMBER_WORDS = {word: str(number) for number, word in enumerate(_UP_TO_TWENTY.split(), start=2)}
NUMBER_WORDS |= {word: str(10 * tens) for tens, word in enumerate(_TENS, start=3)}
