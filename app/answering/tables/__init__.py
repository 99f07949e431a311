"""Figures read off the tables of passages, and calculated from their cells."""
