"""The picture of a draft tree shows every row once, and no box on top of another."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accel import DraftTree, Source, Step
from accel.picture import draft_tree_svg

SVG = "{http://www.w3.org/2000/svg}"


def text_of(tokens: list[int]) -> str:
    return "".join("<&" if token == 1 else "x" * token for token in tokens)


@st.composite
def steps(draw: st.DrawFn) -> Step:
    """A tree without equal siblings, a branch of it, and a token of the model's own after that."""
    parents, tokens = [-1], [5]
    for _ in range(draw(st.integers(0, 11))):
        parent, token = draw(st.integers(0, len(tokens) - 1)), draw(st.integers(0, 30))
        if (parent, token) not in zip(parents, tokens, strict=True):
            parents.append(parent)
            tokens.append(token)
    last = draw(st.integers(0, len(tokens) - 1))
    path = [last]
    while path[0]:
        path.insert(0, parents[path[0]])
    own = draw(st.integers(31, 40))
    tree = DraftTree(tuple(tokens), tuple(parents), (Source.PROMPT,) * len(tokens), (1.0, *[0.25] * (len(tokens) - 1)))
    return Step(0, (*(tokens[row] for row in path[1:]), own), tree, tuple(path))


@given(steps())
def test_every_token_is_in_a_box_of_its_own(step: Step) -> None:
    picture = ET.fromstring(draft_tree_svg(step, text_of))
    width, height = float(picture.attrib["width"]), float(picture.attrib["height"])
    assert step.tree is not None
    boxes = []
    for group in picture.iter(f"{SVG}g"):
        box, text = group.find(f"{SVG}rect"), group.find(f"{SVG}text")
        assert box is not None
        assert text is not None
        x, y, wide, high = (float(box.attrib[name]) for name in ("x", "y", "width", "height"))
        boxes.append((x, y, x + wide, y + high, text.text or "", box.attrib["fill"]))
        assert 0 <= x < x + wide <= width
        assert 0 <= y < y + high <= height
    assert [box[4] for box in boxes] == [text_of([token]) for token in (*step.tree.tokens, step.tokens[-1])]
    for at, one in enumerate(boxes):
        for other in boxes[:at]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    green = {at for at, box in enumerate(boxes) if box[5] == "#15803d"}
    assert green == set(step.path) - {0}
    assert len(list(picture.iter(f"{SVG}path"))) == step.tree.rows


def test_a_step_without_a_whole_draft_tree_is_refused() -> None:
    tree = DraftTree((1, 2), (-1, 0), (Source.NONE,) * 2, (1.0, 0.5))
    for step in (Step(0, (1,)), Step(0, (2,), tree, (0, 1))):
        with pytest.raises(ValueError, match="choose one in between"):
            draft_tree_svg(step, text_of)
