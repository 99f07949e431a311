"""The whole page: header, sections, style and script, in one file that loads nothing."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from importlib import resources
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from eval.report import cards, causes, header, plots, questions
from eval.report.printable import printable
from eval.runs.folder import Run
from eval.scoring.registry import LEVELS

_ICON = (
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>"
    "<rect width='16' height='16' rx='4' fill='%23164e63'/>"
    "<text x='8' y='12' font-size='11' text-anchor='middle' fill='white' font-family='Georgia'>C</text></svg>"
)


@cache
def environment() -> Environment:
    """The templates. Whatever isn't markup of ours is text, and is escaped: nothing that a document or a user wrote can
    become markup."""
    made = Environment(
        loader=PackageLoader("eval.report"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.globals["levels"] = LEVELS
    return made


def _shown(value: object) -> object:
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def render(run: Run) -> str:
    """The report as one HTML document. The same run gives the same document."""
    sections = {
        "Figures": cards.section(run),
        "Plots": plots.charts(run),
        "Failures": causes.section(run),
        "Questions": questions.section(run),
        "Configuration": _configuration(run),
    }
    style, script = _asset("style.css"), _asset("report.js")
    return (
        environment()
        .get_template("page.html.j2")
        .render(
            run=run,
            header=header.header(run),
            sections={name: view for name, view in sections.items() if view},
            style=style,
            script=script,
            policy=_policy(style, script),
            icon=_ICON,
        )
    )


def write_report(run: Run, path: Path) -> None:
    """Write the run's report to ``path``."""
    path.write_text(render(run), "utf-8")


def _asset(name: str) -> Markup:
    """The style sheet or the script: ours, and without what would end its element."""
    return Markup(resources.files("eval.report").joinpath(name).read_text("utf-8"))


def _policy(style: str, script: str) -> str:
    """Nothing is loaded from anywhere, and nothing runs but the script of the page, whatever else should get in."""
    hashes = (base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in (style, script))
    styles, scripts = (f"'sha256-{each}'" for each in hashes)
    allowed = f"default-src 'none'; style-src {styles}; script-src {scripts}; img-src data:"
    return f"{allowed}; base-uri 'none'; form-action 'none'"


def _configuration(run: Run) -> list[tuple[str, str]]:
    """Each block's title with its values as JSON, those without values left out."""
    info = run.info
    hashes = {each.name: each.sha256 for each in info.gold}
    if info.corpus:
        hashes[f"corpus {info.corpus.collection}"] = info.corpus.sha256
    blocks = [("Options", info.options), ("Settings", info.settings), ("Hashes (SHA-256)", hashes)]
    return [
        (title, json.dumps(values, indent=2, ensure_ascii=False, default=str)) for title, values in blocks if values
    ]
