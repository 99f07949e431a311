"""``python -m app.cli`` is ``citewell``."""

from app.cli import main

main()
