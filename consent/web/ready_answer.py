"""An answer whose head was put together beforehand, and that leaves with its body in one write.

aiohttp builds an answer's head from a dictionary, name by name, each time: a fifth of what it costs to answer a consent
event. All but two lines of that head are the same for every event from one origin.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import HttpVersion11
from aiohttp.web_request import BaseRequest


def head_of(status: int, headers: Iterable[tuple[str, str]]) -> bytes:
    """Return status line and headers as they are sent. Raises `ValueError` where a value would break out of its line."""
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
    lines += [f"{name}: {value}" for name, value in headers]
    if any(mark in line for line in lines for mark in "\r\n\0"):
        raise ValueError("A header cannot have a line break.")
    return "\r\n".join(lines).encode() + b"\r\n"


class ReadyAnswer(web.StreamResponse):
    """Answers with ``head`` (of `head_of`), then ``more`` lines of its own, each ended by CRLF, then the body.

    Date, Content-Length and, where needed, Connection are added. It is no answer to HEAD.
    """

    def __init__(self, status: int, head: bytes, more: bytes, body: bytes) -> None:
        # Not through the base class, which would make a dictionary for headers that stand in the head already.
        self._status = status
        self._parts = (head, more, body)
        self._stream: AbstractStreamWriter | None = None
        self._keep_alive = None
        self._eof_sent = False

    async def prepare(self, request: BaseRequest) -> AbstractStreamWriter:
        """Take the connection; nothing is sent yet."""
        if self._stream is None:
            self._stream = request.writer
            self._keep_alive = keep_alive = request.keep_alive
            if not keep_alive:
                self.add(b"Connection: close\r\n")
            elif request.version != HttpVersion11:  # whose connections end unless both say otherwise
                self.add(b"Connection: keep-alive\r\n")
        return self._stream

    def add(self, line: bytes) -> None:
        """Add one more line to the head, ended by CRLF."""
        head, more, body = self._parts
        self._parts = (head, more + line, body)

    @property
    def prepared(self) -> bool:
        """Whether the answer has begun."""
        return self._stream is not None

    async def write_eof(self, data: bytes = b"") -> None:
        """Send the whole answer, once."""
        stream = self._stream
        if stream is None or self._eof_sent:
            return
        self._eof_sent = True
        head, more, body = self._parts
        await stream.write_eof(whole(head, more, body + data if data else body))


def whole(head: bytes, more: bytes, body: bytes) -> bytes:
    """Return an answer as it is sent, with Date and Content-Length."""
    return b"%b%bDate: %b\r\nContent-Length: %d\r\n\r\n%b" % (
        head,
        more,
        _date(int(time.time())),
        len(body),
        body,
    )


@lru_cache(maxsize=2)
def _date(seconds: int) -> bytes:
    return formatdate(seconds, usegmt=True).encode()
