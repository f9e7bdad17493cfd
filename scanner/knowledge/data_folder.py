"""Where this user's own knowledge is kept: filter lists and imported facts, which are never part of the program.

Files are written whole or not at all: beside their place, then moved there.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import platformdirs

from consent.model.errors import ConfigError

VARIABLE = "CONSENTRY_DATA"


def data_folder() -> Path:
    """Return the folder that ``CONSENTRY_DATA`` names, else the user's own for this program; it need not exist."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else platformdirs.user_data_path("consentry", appauthor=False)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that a reader sees the old one or the new one, never a part; raises `ConfigError`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        part = Path(name)
        try:
            with open(handle, "wb") as file:  # noqa: PTH123 - the handle is open already
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be written: {error.strerror}.", hint=f"Name a folder of your own in {VARIABLE}."
        ) from error
