"""Benchmarks of retrieval: ``python -m retrieval.bench NAME``."""
