"""Gold questions proposed from a corpus, for people to accept, correct or drop in a spreadsheet."""

from eval.draft.proposals import propose
from eval.draft.rules import Kind
from eval.draft.sheet import write_spreadsheet

__all__ = ["Kind", "propose", "write_spreadsheet"]
