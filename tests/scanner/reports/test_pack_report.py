from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import msgspec
import pytest

from scanner.evidence_pack import verify
from scanner.report import Report
from scanner.reports import Beside
from scanner.reports.pack_report import render
from tests.scanner.factories import HOSTILE, report, shop_report

BROWSER_SEEN = 1_772_442_850  # while the factory's scan ran


def beside(tmp_path: Path) -> Beside:
    pictures = tmp_path / "screenshots"
    pictures.mkdir(exist_ok=True)
    for name, moment in (("before-start.png", BROWSER_SEEN), ("reject-old.png", BROWSER_SEEN - 90_000)):
        (pictures / name).write_bytes(b"\x89PNG " + name.encode())
        os.utime(pictures / name, (moment, moment))
    recordings = []
    for state in ("reject", "before"):
        path = tmp_path / f"{state}.har"
        path.write_text('{"log": {"entries": []}}')
        recordings.append(path)
    return Beside(screenshots=pictures, recordings=tuple(recordings))


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def test_it_holds_report_recordings_pictures_of_this_scan_versions_and_command(tmp_path: Path) -> None:
    files = unpacked(render(shop_report(), beside(tmp_path)))
    assert list(files) == [
        "README.txt", "SHA256SUMS", "command.txt", "har/before.har", "har/reject.har", "manifest.json", "report.html",
        "report.json", "report.schema.json", "screenshots/before-start.png", "versions.json",
    ]  # fmt: skip
    assert msgspec.json.decode(files["report.json"], type=Report) == shop_report()
    assert files["command.txt"] == b"consentry scan https://www.larkspur.example/\n"
    versions = json.loads(files["versions.json"])
    assert versions["browser"] == "headless-shell 142.0.7444.59"
    assert versions["python"].startswith("3.")
    assert versions["system"]
    manifest = json.loads(files["manifest.json"])
    assert (manifest["scan_id"], manifest["started"]) == (shop_report().scan_id, shop_report().started)
    assert {one["path"]: one["bytes"] for one in manifest["files"]} == {
        name: len(data) for name, data in files.items() if name not in {"manifest.json", "SHA256SUMS"}
    }
    readme = files["README.txt"].decode()
    assert "14 of 15 pages were measured" in readme
    assert "not a legal verdict" in readme
    assert "consentry evidence verify evidence.zip" in readme


def test_equal_reports_give_equal_bytes_whenever_they_are_packed(tmp_path: Path) -> None:
    first = render(shop_report(), beside(tmp_path))
    os.utime(tmp_path / "before.har", (1, 1))
    assert render(shop_report(), beside(tmp_path)) == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {
            (2026, 3, 2, 9, 14, 40)
        }  # zip counts in 2 s


def test_what_it_packs_verifies_with_our_command_and_with_sha256sum(tmp_path: Path) -> None:
    path = tmp_path / "evidence.zip"
    path.write_bytes(render(shop_report(), beside(tmp_path)))
    found = verify(path)
    assert (found.problems, found.files) == ([], 10)
    program = shutil.which("sha256sum")
    if program is None:
        pytest.skip("no sha256sum here")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "out")
    done = subprocess.run(
        [program, "-c", "SHA256SUMS"], cwd=tmp_path / "out", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(": OK") == 10


def test_a_report_without_anything_beside_it_is_packed_too() -> None:
    files = unpacked(render(report(site=HOSTILE, start_url="", started="", finished=""), Beside()))
    assert "har/before.har" not in files
    assert "\u202e" not in files["README.txt"].decode()
