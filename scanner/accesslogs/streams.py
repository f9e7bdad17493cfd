"""Logs as lines, plain or gzip, and a copy that is written whole or not at all."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from consent.model.errors import ConfigError, ScanError

MAX_LINE = 1 << 20
"""Bytes of one line; servers cut theirs at 8 to 64 KB."""
_GZIP = b"\x1f\x8b"
_LEVEL = 5
STDIN = "-"


@contextmanager
def opened(name: str) -> Iterator[BinaryIO]:
    """Open a log for reading, unpacked; raises `ConfigError` where it cannot be, `ScanError` where it is broken inside."""
    try:
        raw: BinaryIO = sys.stdin.buffer if name == STDIN else Path(name).open("rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise ConfigError(
            f"{name}: cannot be read: {error.strerror}.", hint="Give an access log that exists."
        ) from error
    try:
        packed = hasattr(raw, "peek") and raw.peek(2)[:2] == _GZIP
        yield cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if packed else raw
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ScanError(
            f"{name}: the gzip file is broken or cut off: {error}.",
            hint="Nothing was written. Unpack what is left of it, and give that.",
        ) from error
    except OSError as error:
        raise ScanError(f"{name}: {error.strerror or error}.", hint="Nothing was written.") from error
    finally:
        if name != STDIN:
            raw.close()


def lines_of(log: BinaryIO) -> Iterator[bytes | None]:
    """Yield each line without its end; None for one that is longer than `MAX_LINE`."""
    readline = log.readline
    while line := readline(MAX_LINE):
        if not line.endswith(b"\n") and len(line) >= MAX_LINE:
            while (rest := readline(MAX_LINE)) and not rest.endswith(b"\n"):
                pass
            yield None
            continue
        yield line.rstrip(b"\r\n")


class Copy:
    """A file that takes its name only when it is whole; packed where the name ends in ``.gz``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._part = path.with_name(path.name + ".part")
        try:
            self._raw = self._part.open("wb")
        except OSError as error:
            raise ConfigError(
                f"{path}: cannot be written: {error.strerror}.", hint="Give another file by --out."
            ) from error
        packed = path.suffix == ".gz"
        self._file = (
            cast(
                "BinaryIO",
                gzip.GzipFile(fileobj=self._raw, mode="wb", compresslevel=_LEVEL, filename="", mtime=0),
            )
            if packed
            else self._raw
        )
        self.write = self._file.write

    def finish(self) -> None:
        """Give the file its name."""
        self._file.close()
        self._raw.close()
        self._part.replace(self.path)

    def discard(self) -> None:
        """Leave nothing of it."""
        self._raw.close()
        self._part.unlink(missing_ok=True)
