"""What the model wrote, parsed: the quotation that it was made to begin, and the sentences in it."""

from __future__ import annotations

import re

from corpus.language.sentences import is_finished, sentences

_RAN_ON = re.compile(r"\s*\n\[\d|\s*\bThe passages? \w+: “")


def sentences_of(text: str, *, is_cut_off: bool) -> tuple[list[str], list[str]]:
    """The sentences of the quotation in a text, and those that are to be dropped: the last, where it was cut off."""
    written = quotation(text)
    found = [span.of(written) for span in sentences(written)]
    if is_cut_off and not is_closed(text) and len(found) > 1 and not is_finished(found[-1]):
        return found[:-1], found[-1:]
    return found, []


def is_enough(text: str) -> bool:
    """Whether the model needs to write no more: its quotation is closed, or goes round in circles."""
    return is_closed(text) or repeats_itself(text)


def repeats_itself(text: str) -> bool:
    """Whether the sentence that ``text`` has just finished stood in it before: small models go round in circles."""
    finished = [span.of(text) for span in sentences(text)]
    if finished and not is_finished(finished[-1]):
        finished.pop()
    return bool(finished) and finished[-1] in finished[:-1]


def quotation(text: str) -> str:
    """What the model wrote, up to where it closed the quotation that `OPENING` began, began another, or ran on into the
    number of the next passage. All of it if it did none of these."""
    depth = 0
    ran_on = _RAN_ON.search(text)
    for at, character in enumerate(text[: ran_on.start()] if ran_on else text):
        if character == "“":
            depth += 1
        elif character == "”":
            depth -= 1
        # A straight mark closes the quotation after a sentence's end; elsewhere it stands in the passage itself.
        straight = character == '"' and re.search(r"[.!?;:]$", text[:at])
        if depth < 0 or straight:
            return text[:at]
    return text[: ran_on.start()] if ran_on else text


def is_closed(text: str) -> bool:
    """Whether the quotation is closed."""
    return quotation(text) != text
