"""Offline evaluation: gold sets, and measurements over the whole pipeline."""
