from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from email.utils import parsedate_to_datetime

import pytest
from aiohttp import web

from consent.web.ready_answer import ReadyAnswer, head_of

HEAD = head_of(201, (("Content-Type", "text/plain"), ("X-Fixed", "1")))


async def answer(request: web.Request) -> web.StreamResponse:
    return ReadyAnswer(201, HEAD, b"X-Own: 2\r\n", await request.read() or b"empty")


@contextlib.asynccontextmanager
async def connected() -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    runner = web.ServerRunner(web.Server(answer))  # type: ignore[arg-type]  # the low-level server's request has all that is used
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        reader, writer = await asyncio.open_connection(*runner.addresses[0][:2])
        yield reader, writer
        writer.close()
        await writer.wait_closed()
    finally:
        await runner.cleanup()


async def read(reader: asyncio.StreamReader) -> tuple[str, dict[str, str], bytes]:
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    assert len(headers) == len(lines), "a header is there twice"
    return first, headers, await reader.readexactly(int(headers["Content-Length"]))


async def test_the_answer_has_its_fixed_and_its_own_lines_a_date_a_length_and_the_body() -> None:
    async with connected() as (reader, writer):
        for sent in (b"one", b"another"):  # on one connection
            writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%b" % (len(sent), sent))
            first, headers, body = await read(reader)
            assert (first, body) == ("HTTP/1.1 201 Created", sent)
            assert parsedate_to_datetime(headers.pop("Date"))
            assert headers == {
                "Content-Type": "text/plain",
                "X-Fixed": "1",
                "X-Own": "2",
                "Content-Length": str(len(sent)),
            }


@pytest.mark.parametrize(
    ("request_line", "sent", "answered", "stays"),
    [
        ("POST / HTTP/1.1", "close", "close", False),
        ("POST / HTTP/1.0", "keep-alive", "keep-alive", True),
        ("POST / HTTP/1.0", "close", "close", False),
    ],
)
async def test_a_connection_ends_where_the_client_wants_it_to(
    request_line: str, sent: str, answered: str, *, stays: bool
) -> None:
    async with connected() as (reader, writer):
        message = f"{request_line}\r\nHost: x\r\nConnection: {sent}\r\nContent-Length: 0\r\n\r\n".encode()
        writer.write(message)
        _, headers, body = await read(reader)
        assert (headers["Connection"], body) == (answered, b"empty")
        if stays:
            writer.write(message)
            await read(reader)
        else:
            assert await reader.read() == b""


async def test_requests_that_were_sent_together_are_answered_in_their_order() -> None:
    async with connected() as (reader, writer):
        writer.write(
            b"".join(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n%d" % n for n in range(5))
        )
        assert [(await read(reader))[2] for _ in range(5)] == [b"0", b"1", b"2", b"3", b"4"]


def test_a_header_that_would_begin_another_line_is_refused() -> None:
    with pytest.raises(ValueError, match="line break"):
        head_of(200, (("X-Origin", "https://shop.example\r\nSet-Cookie: a=b"),))
