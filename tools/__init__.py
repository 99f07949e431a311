"""Programs for those who develop Citewell. Nothing of it imports these."""
