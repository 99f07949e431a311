"""Metrics of single questions, and figures over many; each says its formula and where it comes from."""
