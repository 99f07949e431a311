"""The command ``citewell``."""

from __future__ import annotations

import os
import sys
from importlib.metadata import entry_points

from app.cli import answers, doctor, documents, ingestion, jobs, keys, serving
from app.cli.console import app, say_error
from app.errors import EXPLAINED

__all__ = ["app", "main"]

# Importing a module adds its commands to the app.
COMMANDS = (ingestion, documents, jobs, answers, keys, serving, doctor)


def main() -> None:
    """Run the command line: exit status 2 and one sentence for whatever the person at the keyboard can mend."""
    for plugin in entry_points(group="citewell.commands"):
        plugin.load()(app)
    try:
        app()
    except EXPLAINED as error:
        say_error(str(error))
        sys.exit(2)
    except KeyboardInterrupt:
        say_error("Stopped.")
        sys.exit(130)
    except BrokenPipeError:
        # The reader of a pipe has seen enough; keep Python from complaining about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
