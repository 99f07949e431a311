"""A step's draft tree as an SVG picture."""

from __future__ import annotations

from html import escape

from accel.decoding import Step
from accel.draft import DraftTree
from accel.trace import Decode, name_of

# Pixels: the width of a character in the font, the height of a line and of a box in it, and the room between columns.
CHARACTER, LINE, BOX, BETWEEN = 8, 34, 24, 30
FONT = 'font-family="ui-monospace, monospace" font-size="13"'
# Fill and text of the token settled before, of accepted drafts, of refused ones, and of the model's own token.
SETTLED, ACCEPTED, REFUSED, OWN = ("#1f2937", "#fff"), ("#15803d", "#fff"), ("#e5e7eb", "#374151"), ("#fff", "#1f2937")


def draft_tree_svg(step: Step, decode: Decode) -> str:
    """From left to right the last settled token and what was drafted after it, each draft with its likelihood; what was
    accepted is green. The model's own token after it stands in a frame. Raises ValueError for a prefill, and for a
    step in which the answer ended before that token."""
    if step.tree is None or len(step.tokens) < len(step.path):
        raise ValueError("the prefill has no draft tree, and the last step may not be whole: choose one in between")
    # The model's own token as one more row, so that there is room for it.
    tree = DraftTree((*step.tree.tokens, step.tokens[-1]), (*step.tree.parents, step.path[-1]))
    own = step.tree.rows
    labels = [repr(decode([token]))[1:-1] for token in tree.tokens]
    widths = [len(label) * CHARACTER + 16 for label in labels]
    columns = [0] * (int(tree.depths.max()) + 1)
    for width, depth in zip(widths, tree.depths, strict=True):
        columns[depth] = max(columns[depth], width)
    left = [BETWEEN + sum(columns[:depth]) + BETWEEN * depth for depth in tree.depths]
    lines = _lines(tree)
    drawn = []
    for row, label in enumerate(labels):
        x, y = left[row], lines[row] * LINE + LINE
        parent = tree.parents[row]
        accepted = row in step.path
        if row:
            x0, y0 = left[parent] + widths[parent], lines[parent] * LINE + LINE
            curve = f"M{x0},{y0} C{x0 + 18},{y0} {x - 18},{y} {x},{y}"
            color = ACCEPTED[0] if accepted else SETTLED[0] if row == own else "#9ca3af"
            drawn.append(f'<path d="{curve}" fill="none" stroke="{color}" stroke-width="{2 if accepted else 1}"/>')
        fill, text = SETTLED if row == 0 else OWN if row == own else ACCEPTED if accepted else REFUSED
        told = "settled before" if row == 0 else "the model's own"
        if 0 < row < own:
            told = f"{step.tree.likelihoods[row]:.2f} {name_of(step.tree.sources[row])}"
            drawn.append(f'<text x="{x + 2}" y="{y - 14}" font-size="9" fill="#6b7280">{told.split()[0]}</text>')
        at = f'x="{x}" y="{y - BOX // 2}" width="{widths[row]}" height="{BOX}"'
        box = f'<rect {at} rx="4" fill="{fill}" stroke="{text}"/>'
        name = f'<text x="{x + 8}" y="{y + 4}" fill="{text}" xml:space="preserve">{escape(label)}</text>'
        drawn.append(f"<g><title>{told}</title>{box}{name}</g>")
    width, height = BETWEEN + sum(columns) + BETWEEN * len(columns), (max(lines) + 2) * LINE
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" {size} {FONT}>'
    return "\n".join([opening, f'<rect width="{width}" height="{height}" fill="#fff"/>', *drawn, "</svg>"]) + "\n"


def _lines(tree: DraftTree) -> list[int]:
    """The line of each row: the first child beside its parent, the others below all that stands there already."""
    lines, used, waiting = [0] * tree.rows, 0, [0]
    while waiting:
        row = waiting.pop()
        parent = tree.parents[row]
        if row and row != min(tree.children[parent].values()):
            used += 1
            lines[row] = used
        elif row:
            lines[row] = lines[parent]
        waiting += sorted(tree.children[row].values(), reverse=True)
    return lines
