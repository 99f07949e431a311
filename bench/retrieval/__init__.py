"""Benchmarks of retrieval: ``python -m bench.retrieval NAME``."""
