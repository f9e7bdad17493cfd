"""evidence.zip: everything that proves a report, with a manifest by which it can be checked that nothing was changed.

It holds the report for programs and for people, the recording (HAR) and the screenshots of each state, the versions and the
command that made it, and ``SHA256SUMS``, which `sha256sum -c` and `consentry evidence verify` read. One report with the
same files beside it gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import platform
import shlex
import sys
import zipfile
from pathlib import Path
from typing import Any

import msgspec

from scanner.evidence_pack import MANIFEST, SUMS
from scanner.limits import coverage_of, limits_of
from scanner.report import Report, encode_report
from scanner.reports import Beside, formats
from scanner.reports.text import visible
from scanner.schema import encode_schema

FILE = "evidence.zip"
RECORDS = True

MAX_PICTURE = 32 * 1024**2
"""Bytes of a screenshot; a page that was drawn larger than this has none in the pack."""


def render(report: Report, beside: Beside) -> bytes:
    """Return the zip archive."""
    files: dict[str, tuple[str, bytes]] = {
        "report.json": ("the report, for programs", encode_report(report)),
        "report.html": ("the report, for people", formats()["html"](report, beside)),
        "report.schema.json": ("what report.json may hold (JSON Schema)", encode_schema()),
        "versions.json": ("what made it", _json(_versions(report))),
        "command.txt": (
            "the command that made it",
            f"{_command(report)}\n".encode("utf-8", "backslashreplace"),
        ),
    }
    for path in sorted(beside.recordings, key=lambda path: path.name):
        files[f"har/{path.name}"] = ("what was sent and received in this state", path.read_bytes())
    for path in _pictures(report, beside.screenshots):
        files[f"screenshots/{path.name}"] = ("what was to be seen", path.read_bytes())
    files["README.txt"] = (
        "how to check and read it",
        _readme(report, files).encode("utf-8", "backslashreplace"),
    )
    files[MANIFEST] = ("this list", _json(_manifest(report, files)))
    sums = "".join(f"{_digest(data)}  {name}\n" for name, (_, data) in sorted(files.items()))
    files[SUMS] = ("", sums.encode())
    return _zipped({name: data for name, (_, data) in files.items()}, _moment(report.finished))


def _manifest(report: Report, files: dict[str, tuple[str, bytes]]) -> dict[str, Any]:
    return {
        "schema": 1,
        "site": report.site,
        "start_url": report.start_url,
        "scan_id": report.scan_id,
        "started": report.started,
        "finished": report.finished,
        "coverage": coverage_of(report),
        "limits": limits_of(report),
        "files": [
            {"path": name, "holds": holds, "bytes": len(data), "sha256": _digest(data)}
            for name, (holds, data) in sorted(files.items())
        ],
    }


def _versions(report: Report) -> dict[str, str]:
    told = {
        name: str(report.tool.get(name, ""))
        for name in ("version", "browser", "browser_version", "playwright")
    }
    return {
        "consentry": told["version"],
        "browser": f"{told['browser']} {told['browser_version']}".strip(),
        "playwright": told["playwright"],
        "python": sys.version.split()[0],
        "system": platform.platform(),
    }


def _command(report: Report) -> str:
    command = report.tool.get("command", ())
    return shlex.join(map(str, command)) if isinstance(command, (list, tuple)) else str(command)


def _pictures(report: Report, folder: Path | None) -> list[Path]:
    """Return the screenshots of this scan: those of an earlier one may lie in the same folder."""
    if folder is None or not folder.is_dir():
        return []
    begun = _moment(report.started).timestamp()
    return sorted(
        path
        for path in folder.glob("*.png")
        if path.is_file() and path.stat().st_mtime >= begun - 2 and path.stat().st_size <= MAX_PICTURE
    )


def _readme(report: Report, files: dict[str, tuple[str, bytes]]) -> str:
    lines = [
        f"Evidence of the scan {report.scan_id} of {visible(report.start_url or report.site)}",
        f"{report.started} to {report.finished}",
        "",
        "Check that nothing was changed:",
        f"    consentry evidence verify {FILE}",
        f"    or, in the unpacked folder:  sha256sum -c {SUMS}",
        "This shows that the files are those that were packed. When it was packed, and by whom, shows only who keeps the",
        "digest of the whole archive elsewhere: a signature, a time stamp, a letter.",
        "",
        "Read a recording again, without a browser:",
        "    consentry import-har har/before.har",
        "",
        "What is in it:",
        *(f"    {name:<36} {holds}" for name, (holds, _) in sorted(files.items())),
        "",
        "What it covers:",
        *(f"    {visible(sentence)}" for sentence in coverage_of(report)),
        "",
        "What it cannot tell:",
        *(f"    {visible(sentence)}" for sentence in limits_of(report)),
        "    The recordings hold no bodies, and none of the headers and logins with which the site was opened.",
        "",
    ]
    return "\n".join(lines)


def _zipped(files: dict[str, bytes], moment: dt.datetime) -> bytes:
    """Pack in the order of the names, all with the same time, so that equal files give equal bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, (max(moment.year, 1980), *moment.timetuple()[1:6]))
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name], compresslevel=6)
    return out.getvalue()


def _moment(text: str) -> dt.datetime:
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return dt.datetime(1980, 1, 1, tzinfo=dt.UTC)


def _json(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
