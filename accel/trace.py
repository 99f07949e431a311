"""What each step drafted and accepted, and from where, to make lookahead decoding visible."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from accel.decoding import Step
from accel.draft import DraftTree
from accel.trie import Source

if TYPE_CHECKING:
    from rich.tree import Tree

Decode = Callable[[list[int]], str]


class Trace:
    """The steps of one answer; give its `record` as ``on_step``.

    ``decode`` turns tokens into text, as the tokenizer's own does.
    """

    def __init__(self, decode: Decode) -> None:
        self.decode = decode
        self.steps: list[Step] = []

    def record(self, step: Step) -> None:
        """One more step."""
        self.steps.append(step)

    def as_dict(self) -> dict[str, Any]:
        """For machines: ``{"steps": [{"settled", "source", "rows": [{"token", "text", "parent", "likelihood", "source",
        "accepted"}]}]}``. Row 0 is the last settled token; the prefill has no rows."""
        return {"steps": [self._step(step) for step in self.steps]}

    def as_tree(self) -> Tree:
        """For the terminal, with rich: a branch for each step, and in it the draft tree, accepted rows marked and each
        line with the likelihood of its last token."""
        from rich.text import Text
        from rich.tree import Tree

        whole = Tree(Text(f"{len(self.steps)} steps, {sum(len(step.tokens) for step in self.steps)} tokens"))
        for number, step in enumerate(self.steps):
            settled = self.decode(list(step.tokens))
            told = f"{len(step.tokens)} of {step.rows} rows, from {name_of(step.source)}" if step.tree else "prefill"
            branch = whole.add(Text.assemble((f"{number:3} ", "dim"), (repr(settled), "bold"), (f"  {told}", "dim")))
            if step.tree:
                self._grow(branch, step.tree, frozenset(step.path), 0)
        return whole

    def _grow(self, branch: Tree, tree: DraftTree, accepted: frozenset[int], row: int) -> None:
        from rich.text import Text

        for child in tree.children[row].values():
            took, run = child in accepted, [child]
            # A branch that doesn't fork, and is accepted or refused as a whole, is one line.
            while len(below := list(tree.children[run[-1]].values())) == 1 and (below[0] in accepted) == took:
                run += below
            likelihood = f" {tree.likelihoods[run[-1]]:.2f}" if tree.likelihoods else ""
            mark = ("✓ ", "green") if took else ("· ", "dim")
            text = (repr(self.decode([tree.tokens[one] for one in run])), "green" if took else "dim")
            self._grow(branch.add(Text.assemble(mark, text, (likelihood, "dim"))), tree, accepted, run[-1])

    def _step(self, step: Step) -> dict[str, Any]:
        tree, rows = step.tree, []
        for row in range(tree.rows if tree else 0):
            assert tree is not None
            rows.append(
                {
                    "token": tree.tokens[row],
                    "text": self.decode([tree.tokens[row]]),
                    "parent": tree.parents[row],
                    "likelihood": round(tree.likelihoods[row], 4) if tree.likelihoods else None,
                    "source": name_of(tree.sources[row]) if tree.sources else None,
                    "accepted": row in step.path,
                }
            )
        return {"settled": self.decode(list(step.tokens)), "source": name_of(step.source), "rows": rows}


# Where a branch was seen in several sources, the first of these counts: passages stand in the prompt too.
PRECEDENCE: Sequence[Source] = (Source.PASSAGES, Source.ANSWER, Source.EARLIER, Source.PROMPT, Source.SCORES)


def name_of(source: Source) -> str:
    """One word for where a branch was seen."""
    return next((str(one.name).lower() for one in PRECEDENCE if one in source), "none")
