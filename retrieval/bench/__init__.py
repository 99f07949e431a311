"""Benchmarks of retrieval's parts, each beside its peer: ``python -m retrieval.bench``."""
