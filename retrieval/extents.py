"""How far the text goes that bears a number: the lines of a heading's section, of a clause, of a list's item."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from corpus.language.sentences import is_item
from corpus.outline import Line
from retrieval.numbered import Step


def extents(lines: list[Line], steps: Sequence[Step]) -> list[list[Line]]:
    """The lines of each place that a version has at the end of the steps."""
    found = _numbered(lines, steps[0])
    for step in steps[1:]:
        found = [inner for outer in found for inner in _numbered(outer, step, inside=True)]
    return found


def _numbered(lines: list[Line], step: Step, *, inside: bool = False) -> list[list[Line]]:
    """The lines of each place with a number, of the surest kind that there is: a heading with the word and the number,
    a heading with the number, a line with both, a line with the number. Of a place, the first line is no part
    ``inside`` it."""
    is_counted = any(step.is_counted_by(line.text, line.is_heading) for line in lines)
    ways: tuple[Callable[[Line], bool], ...] = (
        lambda line: line.is_heading and step.has_word(line.text),
        lambda line: line.is_heading and step.heads(line.text, is_counted),
        lambda line: not line.is_heading and step.is_set_apart(line.text),
        lambda line: not line.is_heading and step.heads(line.text, False) and " | " not in line.text,
    )
    for way in ways:
        starts = [at for at, line in enumerate(lines) if way(line) and not (inside and at == 0)]
        found = [_under(lines, at, step) if lines[at].is_heading else _from(lines, at, step) for at in starts]
        if found := [each for each in found if any(not line.is_heading for line in each)]:
            return _without_contents(found)
    return []


def _without_contents(found: list[list[Line]]) -> list[list[Line]]:
    """Without the lines of a table of contents, which end with the number of a page, where there are others."""
    others = [
        lines
        for lines in found
        if lines[0].is_heading or not re.search(r"(?:[.…]{3,}\s*|[^.!?;:]\s)\d+$", lines[0].text)
    ]
    return others or found


def _under(lines: list[Line], at: int, step: Step) -> list[Line]:
    """A heading with what is under it; nothing where the next heading follows at once."""
    first = next((number for number in range(at, len(lines)) if not lines[number].is_heading), len(lines))
    if first == len(lines):
        return []
    path, heading = lines[first].path, lines[at].text
    if heading in path[1:]:
        depth = path.index(heading, 1)
    elif not any(line.is_heading for line in lines[:at]) and (first == at + 1 or _is_part(lines[at + 1].text, step)):
        depth = 0  # the title stands for the document's first heading
    else:
        return []
    end = first
    for number in range(first, len(lines)):
        if lines[number].is_heading:
            continue
        under = lines[number].path
        is_below = under[: depth + 1] == path[: depth + 1] if depth or step.needs_its_word else under == path
        if not is_below and not any(_is_part(heading, step) for heading in under[max(depth, 1) :][:1]):
            break
        end = number + 1
    return lines[at:end]


def _is_part(heading: str, step: Step) -> bool:
    """Whether a heading's number says that it is a part of what has this one, whatever the headings' levels."""
    return heading.startswith(f"{step.label}.")


def _from(lines: list[Line], at: int, step: Step) -> list[Line]:
    """A line with those that belong to it: up to the next number of its kind in its section, or else to the section's
    end; of a list's last item, to the end of the list."""
    end, own = at + 1, set[int]()
    while end < len(lines) and lines[end].path == lines[at].path:
        if step.is_of_its_kind(lines[end].text) or _ends(step.label, lines[end].text, own):
            return lines[at:end]
        end += 1
    if "." not in step.label:
        end = next((n for n in range(at + 1, end) if lines[n].is_apart and not is_item(lines[n].text)), end)
    return lines[at:end]


_BEGINNING = re.compile(
    r"(?:[-•*–]\s+)?\(?(?P<label>(?P<whole>\d+)[a-z]?(?:\.\d+[a-z]?)*|[a-zA-Z]{1,4})(?P<mark>[.)])?(?=\s|$)"
)
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")


def _ends(label: str, text: str, own: set[int]) -> bool:
    """Whether a line begins what follows the place with a label: the next number, or one that is none of its own. To
    ``own`` whole numbers are added, those of a list within the place."""
    found = _BEGINNING.match(text)
    if found is None:
        return False
    if "." in found["label"]:
        return not found["label"].startswith(f"{label}.")
    if not found["mark"]:
        return False
    if not label[0].isdigit():
        return found["whole"] is not None or found["label"].lower() in _next_letters(label)
    if found["whole"] is None:
        return False
    number, above = int(found["whole"]), int(re.sub(r"\D.*", "", label))
    own.add(number)
    return found["label"] == f"{label}a" or (number == above + 1 and above not in own)


def _next_letters(label: str) -> set[str]:
    """What may follow a letter or a Roman number."""
    small = label.lower()
    following = {chr(ord(small) + 1)} if len(small) == 1 else set()
    return following | ({_ROMAN[_ROMAN.index(small) + 1]} if small in _ROMAN[:-1] else set())
