from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from consent.model.errors import ConfigError
from scanner import evidence_pack
from scanner.evidence_pack import verify
from scanner.reports import Beside
from scanner.reports.pack_report import render
from tests.scanner.factories import report

Files = dict[str, bytes]


def packed(path: Path, change: Callable[[Files], None] = lambda files: None) -> Path:
    with zipfile.ZipFile(io.BytesIO(render(report(), Beside()))) as archive:
        files = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    change(files)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def test_a_pack_as_it_was_made_has_no_problem(tmp_path: Path) -> None:
    found = verify(packed(tmp_path / "a.zip"))
    assert (found.problems, found.files, len(found.sha256)) == ([], 7, 64)
    assert found.manifest["site"] == "larkspur"
    assert found.bytes > 1_000


def changed(files: Files) -> None:
    files["report.json"] = files["report.json"].replace(b"larkspur", b"larkspor", 1)


def changed_with_its_sum(files: Files) -> None:
    import hashlib

    before = hashlib.sha256(files["command.txt"]).hexdigest()
    files["command.txt"] = b"something else\n"
    after = hashlib.sha256(files["command.txt"]).hexdigest()
    files["SHA256SUMS"] = files["SHA256SUMS"].replace(before.encode(), after.encode())


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (changed, "report.json: is not what was packed"),
        (changed_with_its_sum, "command.txt: manifest.json and SHA256SUMS do not agree"),
        (lambda files: files.pop("report.html"), "report.html: is missing"),
        (lambda files: files.update({"extra.txt": b"x"}), "extra.txt: was added"),
        (lambda files: files.update({"../evil": b"x"}), "../evil: would unpack outside"),
        (lambda files: files.update({"/etc/evil": b"x"}), "/etc/evil: would unpack outside"),
        (lambda files: files.update({"SHA256SUMS": files["SHA256SUMS"] + b"odd\n"}), "line 8 is no digest"),
        (lambda files: files.update({"manifest.json": b"{}"}), "manifest.json: cannot be read"),
    ],
    ids=[
        "changed",
        "changed with its sum",
        "missing",
        "added",
        "outside",
        "absolute",
        "odd line",
        "manifest",
    ],
)
def test_each_change_is_told(tmp_path: Path, change: Callable[[Files], None], told: str) -> None:
    found = verify(packed(tmp_path / "a.zip", change))
    assert any(told in problem for problem in found.problems), found.problems


def test_a_file_that_is_in_it_twice_and_one_that_does_not_unpack_are_told(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip")
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(path, "a") as archive:
        archive.writestr("command.txt", b"again")
    assert "command.txt: is in it twice" in verify(path).problems
    data = bytearray(packed(tmp_path / "b.zip").read_bytes())
    place = data.index(b"consentry scan")
    data[place] ^= 1
    (tmp_path / "b.zip").write_bytes(data)
    assert any(
        "command.txt: cannot be unpacked" in problem for problem in verify(tmp_path / "b.zip").problems
    )


def test_what_is_no_pack_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "text.zip").write_text("hello")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("a", "b")
    for name, told in (
        ("none.zip", "cannot be read"),
        ("text.zip", "not a zip file"),
        ("other.zip", "no SHA256SUMS"),
    ):
        with pytest.raises(ConfigError, match=told):
            verify(tmp_path / name)
    monkeypatch.setattr(evidence_pack, "MAX_TOTAL", 1_000)
    with pytest.raises(ConfigError, match="more than a pack may hold"):
        verify(packed(tmp_path / "bomb.zip"))
