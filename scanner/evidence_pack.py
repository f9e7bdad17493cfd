"""Check an evidence pack: each file against its digest, none missing, none added, nothing that unpacks elsewhere."""

from __future__ import annotations

import hashlib
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import msgspec

from consent.model.errors import ConfigError

MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"

MAX_FILES = 10_000
MAX_TOTAL = 4 * 1024**3
"""Bytes of all files, unpacked: a pack is a stranger's file, and may be a bomb."""
_CHUNK = 1024 * 1024
_LINE = re.compile(r"^([0-9a-f]{64})  (\S.*)$")


@dataclass
class Verification:
    """What a check found: ``problems`` in sentences, empty where all is as it was packed."""

    sha256: str
    files: int = 0
    bytes: int = 0
    problems: list[str] = field(default_factory=list)
    manifest: dict[str, Any] = field(default_factory=dict)


def verify(path: Path) -> Verification:
    """Check the archive; raises `ConfigError` where it is no evidence pack at all."""
    try:
        with path.open("rb") as file:
            found = Verification(hashlib.file_digest(file, "sha256").hexdigest())
        with zipfile.ZipFile(path) as archive:
            _check(archive, found)
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read: {error.strerror or error}.", hint="Give the evidence.zip of a scan."
        ) from error
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, KeyError) as error:
        raise ConfigError(
            f"{path}: is no evidence pack: {str(error).strip(chr(39))}.",
            hint="Give the evidence.zip of a scan.",
        ) from error
    return found


def _check(archive: zipfile.ZipFile, found: Verification) -> None:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if SUMS not in names:
        raise KeyError(f"it has no {SUMS}")
    if len(entries) > MAX_FILES or sum(entry.file_size for entry in entries) > MAX_TOTAL:
        raise zipfile.BadZipFile("it unpacks to more than a pack may hold")
    for name in sorted({name for name in names if names.count(name) > 1}):
        found.problems.append(f"{name}: is in it twice")
    for name in names:
        if name.startswith("/") or "\\" in name or ".." in name.split("/"):
            found.problems.append(f"{name}: would unpack outside of its folder")
    expected = _expected(_small(archive, SUMS), found)
    found.files = len(expected)
    found.problems += [f"{name}: is missing" for name in expected if name not in names]
    found.problems += [
        f"{name}: was added, {SUMS} does not name it"
        for name in names
        if name not in expected and name != SUMS
    ]
    for entry in entries:
        if entry.filename not in expected:
            continue
        try:
            with archive.open(entry) as file:
                digest, size = _digest(file)
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            found.problems.append(f"{entry.filename}: cannot be unpacked: {error}")
            continue
        found.bytes += size
        if digest != expected[entry.filename]:
            found.problems.append(f"{entry.filename}: is not what was packed (its digest differs)")
    _check_manifest(archive, names, expected, found)


def _check_manifest(
    archive: zipfile.ZipFile, names: list[str], expected: dict[str, str], found: Verification
) -> None:
    """The manifest has to name the same digests: the two lists prove each other."""
    if MANIFEST not in names:
        return  # told as missing, or never named
    try:
        found.manifest = msgspec.json.decode(_small(archive, MANIFEST), type=dict[str, Any])
        listed = {str(one["path"]): str(one["sha256"]) for one in found.manifest["files"]}
    except (msgspec.MsgspecError, KeyError, TypeError, zipfile.BadZipFile, zlib.error) as error:
        found.problems.append(f"{MANIFEST}: cannot be read: {error}")
        return
    own = {name: digest for name, digest in expected.items() if name != MANIFEST}
    found.problems += [
        f"{name}: {MANIFEST} and {SUMS} do not agree"
        for name in sorted(own.keys() | listed.keys())
        if own.get(name) != listed.get(name)
    ]


def _expected(sums: bytes, found: Verification) -> dict[str, str]:
    expected: dict[str, str] = {}
    for number, line in enumerate(sums.decode("utf-8", "replace").splitlines(), 1):
        if (match := _LINE.match(line)) is None:
            found.problems.append(f"{SUMS}: line {number} is no digest with a name")
        else:
            expected[match[2]] = match[1]
    return expected


def _small(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as file:
        return file.read(16 * _CHUNK)


def _digest(file: IO[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size
