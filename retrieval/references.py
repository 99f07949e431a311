"""What a question names outright: regulations, their parts, sections and paragraphs, and codes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.language.words import words

# In small letters, "a regulation I know" names none.
_REGULATION = re.compile(r"\b(?:R(?:egulation|EGULATION)|regulation(?!\s+[AI]\b))\s+([A-Z]{1,2})\b")
# 12 CFR 1005.11(c)(2), 12 CFR part 223, section 223.31(d), § 223.42: the part, the section, the paragraphs.
_CITED = re.compile(
    r"(?:\bCFR\s+(?:part\s+)?|\bpart\s+|\bsection\s+|§+\s*|\b(?=\d{3,4}\.\d))(\d{3,4})(?:\.(\d+))?((?:\(\w{1,5}\))*)",
    re.IGNORECASE,
)
# TM-G-1, K-114, FR Y-14Q: capitals and digits with hyphens between them.
_CODE = re.compile(r"\b[A-Z]{1,5}(?:-[A-Z0-9]{1,6})*-\d+[A-Z]*(?:-[A-Z0-9]{1,6})*\b")


def references(question: str) -> list[str]:
    """What the question names, as `phrase` writes it, each once: of "12 CFR 1005.11(c)(2)" the part, the section, and
    the paragraph with those around it."""
    found = [f"regulation {match[1]}" for match in _REGULATION.finditer(question)]
    for match in _CITED.finditer(question):
        part, section, paragraphs = match.groups()
        found.append(part)
        if section:
            found.append(f"{part} {section}")
            labels = re.findall(r"\w+", paragraphs)
            found += [f"{part} {section} {' '.join(labels[:depth])}" for depth in range(1, len(labels) + 1)]
    found += _CODE.findall(question)
    return list(dict.fromkeys(map(phrase, found)))


def phrase(text: str) -> str:
    """The text's words in lower case with one space before, between and after them, so that whole words are found."""
    return " ".join(["", *words(text), ""])


def named(heading: str, wanted: Sequence[str]) -> int:
    """How many of ``wanted``, which `references` gives, stand in a heading path."""
    said = phrase(heading)
    return sum(each in said for each in wanted)
