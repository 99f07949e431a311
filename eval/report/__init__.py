"""A run for people: one HTML file that stands alone, and a summary for the terminal."""

from __future__ import annotations

from eval.report.page import render, write_report

__all__ = ["render", "write_report"]
