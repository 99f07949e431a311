"""The whole page: header, sections, style and script, in one file that asks nothing of anybody."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any

from eval.report import cards, causes, plots, questions
from eval.report.figures import count
from eval.report.markup import Html, el, fragment
from eval.report.outcome import Outcome, outcomes, verdict
from eval.runs.folder import Run

KINDS = {"answers": "answers", "retrieval": "retrieval only", "load": "under load"}
_ICON = (
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>"
    "<rect width='16' height='16' rx='4' fill='%23164e63'/>"
    "<text x='8' y='12' font-size='11' text-anchor='middle' fill='white' font-family='Georgia'>C</text></svg>"
)


def render(run: Run) -> str:
    """The report as one HTML document. The same run gives the same document."""
    sections = {
        "Figures": cards.section(run),
        "Plots": plots.section(run),
        "Failures": causes.section(run),
        "Questions": questions.section(run),
        "Configuration": _configuration(run),
    }
    present = {name: section for name, section in sections.items() if section is not None}
    links = (el("a", name, href=f"#{name.lower()}") for name in present)
    style, script = _asset("style.css"), _asset("report.js")
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=_policy(style, script)),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("title", f"{run.name} – Citewell evaluation"),
        el("link", rel="icon", href=_ICON),
        el("style", style),
    )
    body = el(
        "body",
        _header(run),
        el("nav", *links, aria_label="Sections"),
        el("main", *present.values()),
        el("script", script),
    )
    return f"<!doctype html>\n{el('html', head, body, lang='en')}\n"


def write_report(run: Run, path: Path) -> None:
    """Write the run's report to ``path``."""
    path.write_text(render(run), "utf-8")


def _asset(name: str) -> Html:
    """The style sheet or the script: ours, and without what would end its element."""
    return Html(resources.files("eval.report").joinpath(name).read_text("utf-8"))


def _policy(style: str, script: str) -> str:
    """Nothing is loaded from anywhere, and nothing runs but the script of the page, whatever else should get in."""
    hashes = (base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in (style, script))
    styles, scripts = (f"'sha256-{each}'" for each in hashes)
    allowed = f"default-src 'none'; style-src {styles}; script-src {scripts}; img-src data:"
    return f"{allowed}; base-uri 'none'; form-action 'none'"


def _header(run: Run) -> Html:
    return el(
        "header",
        el("p", f"Citewell evaluation · {KINDS[run.info.kind]} · ", _day(run.info.started_at), cls="kind"),
        el("h1", run.name),
        el("p", verdict(run), cls="verdict"),
        _outcome_bar(run),
        _facts(run),
    )


def _day(started_at: str) -> Html:
    try:
        when = datetime.fromisoformat(started_at)
    except ValueError:
        return fragment(started_at)
    return el("time", f"{when.day} {when:%B %Y, %H:%M}{f' {when:%Z}' if when.tzinfo else ''}", datetime=started_at)


def _outcome_bar(run: Run) -> Html | None:
    """What became of the questions, as parts of one bar."""
    counted = outcomes(run.records)
    parts = [(outcome, counted[outcome]) for outcome in Outcome if counted[outcome]]
    if not parts:
        return None
    at, drawn, names = 0.0, [], []
    for outcome, number in parts:
        cls, width = f"o-{outcome.name.lower()}", number / len(run.records) * 100
        drawn.append(el("rect", x=f"{at:.3f}", width=f"{width:.3f}", height=10, cls=cls))
        swatch = el("svg", el("rect", width=10, height=10, cls=cls), viewBox="0 0 10 10", aria_hidden="true")
        names.append(el("li", swatch, el("b", f"{number:,}"), f" {outcome.of(number)}"))
        at += width
    bar = el("svg", *drawn, viewBox="0 0 100 10", preserveAspectRatio="none", aria_hidden="true", cls="outcomes")
    return fragment(bar, el("ul", *names, cls="key"))


def _facts(run: Run) -> Html:
    info = run.info
    gold = "; ".join(f"{each.name} ({count(each.questions, 'question')})" for each in info.gold)
    rows: list[tuple[str, str]] = [("Gold sets", gold)]
    if corpus := info.corpus:
        sizes = [
            count(corpus.documents, "document"),
            count(corpus.versions, "version"),
            count(corpus.passages, "passage"),
        ]
        rows.append(("Corpus", f"{corpus.collection}: {', '.join(sizes)} · {corpus.sha256[:12]}"))
    options = ", ".join(f"{name} {_value(value)}" for name, value in info.options.items() if value is not None)
    rows.append(("Options", options))
    rows.append(("Models", "; ".join(f"{role}: {name}" for role, name in info.models.items())))
    rows.append(("Machine", info.machine))
    rows.append(("Versions", ", ".join(f"{name} {number}" for name, number in info.versions.items())))
    shown = [el("div", el("dt", name), el("dd", words)) for name, words in rows if words]
    return el("dl", *shown, cls="about")


def _value(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _configuration(run: Run) -> Html:
    info = run.info
    hashes = {each.name: each.sha256 for each in info.gold}
    if info.corpus:
        hashes[f"corpus {info.corpus.collection}"] = info.corpus.sha256
    blocks = [("Options", info.options), ("Settings", info.settings), ("Hashes (SHA-256)", hashes)]
    return el(
        "section",
        el(
            "details",
            el("summary", el("h2", "Configuration")),
            *(fragment(el("h3", title), _json(values)) for title, values in blocks if values),
            cls="block",
        ),
        id="configuration",
    )


def _json(values: Mapping[str, Any]) -> Html:
    return el("pre", json.dumps(values, indent=2, ensure_ascii=False, default=str))
