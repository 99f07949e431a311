"""In mode auto a model writes once it was measured and found good enough; until then answers are quoted."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.answering.qualification import Qualification, identity, may_write
from app.errors import BadQualification
from app.mode import Mode
from app.service import Citewell

GOOD = Qualification(generator="m@1", questions=50, supported=0.97, right=0.6, quoted_right=0.6, measured_on="gold")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [({}, True), ({"supported": 0.94}, False), ({"right": 0.59}, False), ({"generator": "m@2"}, False)],
)
def test_a_model_writes_if_it_is_supported_and_as_good_as_quotes(
    changes: dict[str, object], expected: bool, tmp_path: Path
) -> None:
    path = tmp_path / "trust.json"
    assert not may_write(path, "m@1")
    path.write_text(GOOD.model_copy(update=changes).model_dump_json())
    assert may_write(path, "m@1") == expected


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "trust.json"
    path.write_text("{}")
    with pytest.raises(BadQualification, match=r"trust.json can't be read: delete it, or run citewell eval qualify"):
        may_write(path, "m@1")


def test_another_model_in_the_same_folder_is_another(tmp_path: Path) -> None:
    assert identity(None) == "SmolLM2-135M-Instruct"
    assert identity("hub/name") == "hub/name"
    (tmp_path / "model.safetensors").write_bytes(b"12345")
    first = identity(str(tmp_path))
    assert first == identity(str(tmp_path))
    (tmp_path / "model.safetensors").write_bytes(b"12346")  # as large as before
    assert identity(str(tmp_path)) != first


def test_auto_asks_what_was_measured(empty: Citewell) -> None:
    assert empty.modes.resolve() is Mode.QUOTE
    assert empty.modes.resolve(Mode.WRITE) is Mode.WRITE
    again = Citewell(empty.settings)
    good = GOOD.model_copy(update={"generator": identity(again.settings.generator.path)})
    again.modes.path.write_text(good.model_dump_json())
    assert again.modes.resolve() is Mode.WRITE
    assert again.modes.resolve(Mode.QUOTE) is Mode.QUOTE
    again.database.close()
