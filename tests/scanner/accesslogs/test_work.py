from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from consent.model.errors import ConfigError, ScanError
from scanner.accesslogs.work import read_log
from tests.scanner.accesslogs import samples
from tests.scanner.accesslogs.samples import written


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (samples.COMMON, "common"),
        (samples.COMBINED, "combined"),
        (samples.NGINX, "nginx"),
        (samples.VHOST, "vhost"),
        (samples.ALB, "alb"),
        (samples.CADDY, "json"),
        (samples.W3C, "w3c"),
    ],
)
def test_each_format_is_known_and_its_copy_names_nobody(tmp_path: Path, text: str, name: str) -> None:
    found = read_log(str(written(tmp_path, text)), out=tmp_path / "copy.log")
    assert (found.format, found.unread, found.first) == (name, 0, "2026-03-02")
    copy = (tmp_path / "copy.log").read_text()
    assert not [word for word in samples.READER_WORDS if word in copy]
    assert "203.0.113.0" in copy
    again = read_log(str(tmp_path / "copy.log"))
    assert (again.format, again.lines) == (name, found.lines)
    assert not {"user", "secret-value", "cookie"} & {kind.kind for kind in again.kinds}


def test_a_copy_of_a_copy_is_the_same(tmp_path: Path) -> None:
    read_log(str(written(tmp_path, samples.COMBINED)), out=tmp_path / "one.log", agents="keep")
    read_log(str(tmp_path / "one.log"), out=tmp_path / "two.log", agents="keep")
    assert (tmp_path / "one.log").read_bytes() == (tmp_path / "two.log").read_bytes()


def test_packed_logs_are_read_and_written(tmp_path: Path) -> None:
    log = tmp_path / "access.log.gz"
    log.write_bytes(gzip.compress(samples.COMBINED.encode() + b"\n"))
    found = read_log(str(log), out=tmp_path / "copy.gz")
    assert found.lines == 1
    assert b"203.0.113.0 - - " in gzip.decompress((tmp_path / "copy.gz").read_bytes())


def test_what_is_of_no_format_is_counted_and_never_copied(tmp_path: Path) -> None:
    text = f"{samples.COMBINED}\nana@reader.example was here\n{samples.COMBINED}\n"
    found = read_log(str(written(tmp_path, text)), out=tmp_path / "copy.log")
    assert (found.lines, found.unread) == (2, 1)
    assert "was here" not in (tmp_path / "copy.log").read_text()


def test_a_broken_gzip_file_leaves_nothing(tmp_path: Path) -> None:
    log = tmp_path / "access.log.gz"
    log.write_bytes(gzip.compress("\n".join([samples.COMBINED] * 5_000).encode())[:-20])
    with pytest.raises(ScanError, match="broken or cut off"):
        read_log(str(log), out=tmp_path / "copy.log")
    assert [path.name for path in tmp_path.iterdir()] == ["access.log.gz"]


def test_the_log_itself_is_never_overwritten(tmp_path: Path) -> None:
    log = written(tmp_path, samples.COMBINED)
    with pytest.raises(ConfigError, match="is the log itself"):
        read_log(str(log), out=log)
    with pytest.raises(ConfigError, match="cannot be read"):
        read_log(str(tmp_path / "none.log"))
