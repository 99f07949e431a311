"""Offline evaluation: gold sets, and measurements over the whole pipeline.

Words, numbers, units and tables are read by rules of this package's own and not by those of `corpus.language`: what the
service misreads would otherwise be misread twice, and found right.
"""
