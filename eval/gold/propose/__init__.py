"""Gold questions proposed from a corpus, for people to accept, correct or drop in a spreadsheet."""

from eval.gold.propose.proposals import propose
from eval.gold.propose.rules import Kind
from eval.gold.propose.sheet import write_spreadsheet

__all__ = ["Kind", "propose", "write_spreadsheet"]
