"""Gold questions proposed from a corpus, for people to accept, correct or drop in a spreadsheet."""

from eval.draft.proposals import propose
from eval.draft.rules import Kind, Proposal
from eval.draft.sheet import write_spreadsheet

__all__ = ["Kind", "Proposal", "propose", "write_spreadsheet"]
