"""From a question to its answer: retrieve, decide whether there is evidence, quote or write, ground, cite."""
