"""Files that somebody hands us are read up to a bound, so that none fills the memory."""

from __future__ import annotations

from pathlib import Path

from consent.model.errors import ConfigError


def read_bounded(path: Path, most: int, *, hint: str = "Give a smaller file.") -> bytes:
    """Read a file of at most ``most`` bytes; raises `ConfigError`, with ``hint`` where it is larger."""
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}.") from error
    if len(data) > most:
        raise ConfigError(f"{path}: is larger than {most:,} bytes.", hint=hint)
    return data
