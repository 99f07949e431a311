"""Pages of the site that lie beside ``docs``: README is its home, and CONTRIBUTING and CHANGELOG are in it, too."""

from __future__ import annotations

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parent.parent
PAGES = {"README.md": "index.md", "CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
# Links that lead to neither a page of the site, nor a place on the same page, nor elsewhere.
_OTHER = re.compile(r"(?<!!)\[([^\]]+)\]\((?!https?:|#|docs/)([\w./-]+)\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages."""
    for file, page in PAGES.items():
        files.append(File.generated(config, page, content=as_page((ROOT / file).read_text(encoding="utf-8"))))
    return files


def as_page(text: str) -> str:
    """A file of the root with its links as they are on the site; one to a file that isn't there becomes its name."""
    return _OTHER.sub(_link, text).replace("](docs/", "](")


def _link(match: re.Match[str]) -> str:
    words, target = match.groups()
    if target == "SECURITY.md":
        return f"[{words}](security.md)"
    return f"[{words}]({PAGES[target]})" if target in PAGES else words
