"""Measurements: how fast decoding is, and searching. Nothing that serves imports these."""
