"""Gold questions: what they are, how they are checked, proposed and imported."""
