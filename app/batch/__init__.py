"""Spreadsheets of questions, answered in a copy."""
