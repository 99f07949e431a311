"""Ingestion jobs: files that were uploaded, and the worker that takes them in while the server answers."""
