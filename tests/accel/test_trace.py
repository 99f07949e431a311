"""A trace shows what was drafted and accepted."""

from __future__ import annotations

import io

from rich.console import Console

from accel import DraftTree, Source, Step, Trace

BOTH = Source.PASSAGES | Source.PROMPT
TREE = DraftTree((1, 2, 3, 4), (-1, 0, 1, 0), (Source.NONE, BOTH, BOTH, Source.SCORES), (1.0, 0.8, 0.5, 0.1))


def trace() -> Trace:
    made = Trace(lambda tokens: "".join(chr(96 + token) for token in tokens))
    made.record(Step(0, (1,)))
    made.record(Step(0, (2, 3, 5), TREE, (0, 1, 2)))
    return made


def test_a_machine_reads_rows_with_parents_and_sources() -> None:
    prefill, step = trace().as_dict()["steps"]
    assert prefill == {"settled": "a", "source": "none", "rows": []}
    assert (step["settled"], step["source"]) == ("bce", "passages")
    assert [row["accepted"] for row in step["rows"]] == [True, True, True, False]
    assert step["rows"][3] == {
        "token": 4, "text": "d", "parent": 0, "likelihood": 0.1, "source": "scores", "accepted": False
    }  # fmt: skip


def test_a_person_sees_one_line_for_a_branch_that_does_not_fork() -> None:
    written = io.StringIO()
    Console(file=written, width=80).print(trace().as_tree())
    assert "✓ 'bc' 0.50" in written.getvalue()
    assert "· 'd' 0.10" in written.getvalue()
