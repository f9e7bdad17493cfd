"""The program's own log lines: as text for people or as JSON for machines, each with the id of the request it is about.

They hold no personal data: no address, no consent id, no query. Whoever writes a line keeps to that; what aiohttp would
write of an address is taken out here (`without_address`).
"""

from __future__ import annotations

import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Literal, TextIO

import msgspec

Format = Literal["text", "json"]

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
"""Id of the request that is being answered; empty outside of one."""

_TEXT = "%(asctime)s %(levelname)s %(name)s %(message)s"


class JsonFormatter(logging.Formatter):
    """One JSON object a line.

    It has ``time``, ``level``, ``logger`` and ``message``; where there are any, ``request_id``, ``exception``, and the
    ``fields`` that the line was written with (``extra={"fields": {…}}``).
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id := REQUEST_ID.get():
            line["request_id"] = request_id
        line.update(getattr(record, "fields", {}))
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line, enc_hook=str).decode()


class TextFormatter(logging.Formatter):
    """One line of text, with the request's id at its end."""

    def __init__(self) -> None:
        super().__init__(_TEXT)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the method that logging calls
        """Return the line without what follows it (a traceback)."""
        words = [f"{key}={value}" for key, value in getattr(record, "fields", {}).items()]
        if request_id := REQUEST_ID.get():
            words.append(f"request_id={request_id}")
        return " ".join([super().formatMessage(record), *words])


def without_address(record: logging.LogRecord) -> bool:
    """Take the address out of aiohttp's line "Error handling request from ADDRESS"; a logging filter.

    Where the client sent what is no HTTP, the line is left out altogether: whoever floods the server would fill the log,
    and the traceback quotes what was sent.
    """
    if record.args and "request from" in str(record.msg):
        record.args = ("a client",)
        kind = record.exc_info[0] if record.exc_info else None
        return kind is None or all(base.__name__ != "HttpProcessingError" for base in kind.__mro__)
    return True


def set_up(form: Format, stream: TextIO | None = None) -> None:
    """Write all log lines from now on to ``stream`` (standard error by default), in one form."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter() if form == "json" else TextFormatter())
    handler.addFilter(without_address)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
