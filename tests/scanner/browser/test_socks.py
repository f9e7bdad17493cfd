"""The way out, spoken to over real sockets."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from scanner.browser.socks import way_out
from scanner.guard import Guard, Ledger

HELLO = b"\x05\x01\x00"
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def opened(guard: Guard, ledger: Ledger) -> AsyncIterator[Streams]:
    async with way_out(guard, ledger) as proxy:
        assert proxy["bypass"] == "<-loopback>"
        port = int(proxy["server"].removeprefix("socks5://127.0.0.1:"))
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        yield reader, writer
        writer.close()


async def asked(streams: Streams, request: bytes) -> int:
    """Greet and ask; returns the answer's code."""
    reader, writer = streams
    writer.write(HELLO)
    assert await reader.readexactly(2) == b"\x05\x00"
    writer.write(request)
    return (await reader.readexactly(10))[1]


def by_name(host: str, port: int, command: int = 1) -> bytes:
    return bytes([5, command, 0, 3, len(host)]) + host.encode() + struct.pack("!H", port)


@asynccontextmanager
async def echo() -> AsyncIterator[int]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
        writer.write(b"end")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_what_is_allowed_passes_both_ways_whole_and_ends_where_it_ends() -> None:
    sent = bytes(range(256)) * 20_000
    async with (
        echo() as port,
        opened(Guard(resolve=(f"shop.test:443=127.0.0.1:{port}",)), Ledger()) as streams,
    ):
        assert await asked(streams, by_name("shop.test", 443)) == 0
        reader, writer = streams
        writer.write(sent)
        writer.write_eof()
        assert await reader.read(-1) == sent + b"end"


@pytest.mark.parametrize(
    "request_",
    [
        b"\x05\x01\x00\x01\x7f\x00\x00\x01",
        b"\x05\x01\x00\x04" + bytes(15) + b"\x01",
        bytes([5, 1, 0, 3, 9]) + b"127.0.0.1",
    ],
)
async def test_what_is_not_public_is_refused_however_it_is_asked_for(request_: bytes) -> None:
    ledger = Ledger()
    async with echo() as port, opened(Guard(), ledger) as streams:
        assert await asked(streams, request_ + struct.pack("!H", port)) == 2
        assert [one.port for one in ledger.refusals.values()] == [port]
        assert await streams[0].read() == b""


async def test_each_failure_is_told_and_kept() -> None:
    async def lookup(name: str) -> list[str]:
        raise OSError(-2, "no such name") if name == "odd.test" else UnicodeError

    ledger = Ledger()
    async with opened(Guard(resolve=("shut.test:80=127.0.0.1:9",)), ledger) as streams:
        assert await asked(streams, by_name("shut.test", 80)) == 5
    async with opened(Guard(lookup=lookup), ledger) as streams:
        assert await asked(streams, by_name("nowhere.test", 80)) == 4
    async with opened(Guard(lookup=lookup), ledger) as streams:
        assert await asked(streams, by_name("odd.test", 80)) == 3
    assert ledger.failures == {
        ("shut.test", 80): "ERR_CONNECTION_REFUSED",
        ("nowhere.test", 80): "ERR_NAME_NOT_RESOLVED",
        ("odd.test", 80): "ERR_ADDRESS_UNREACHABLE",
    }
    assert ledger.refusals == {}


async def test_other_commands_are_refused() -> None:
    async with opened(Guard(), Ledger()) as streams:
        assert await asked(streams, by_name("shop.test", 80, command=3)) == 7


@pytest.mark.parametrize(
    "wrong",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x05\x01\x02",
        HELLO + b"\x05\x01\x00\x09abc",
        b"\x05\xff" + b"\x01" * 2000,
    ],
)
async def test_whoever_speaks_something_else_is_cut_off(wrong: bytes) -> None:
    async with opened(Guard(), Ledger()) as (reader, writer):
        writer.write(wrong)
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await reader.readexactly(3)


async def test_a_reset_stays_a_reset() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.transport.abort()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        async with opened(Guard(resolve=(f"a.test:80=127.0.0.1:{port}",)), Ledger()) as streams:
            assert await asked(streams, by_name("a.test", 80)) == 0
            streams[1].write(b"x")
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await streams[0].readexactly(1)


async def test_a_slow_reader_pauses_the_sender() -> None:
    taken = 0

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal taken
        try:
            for _ in range(4096):  # 256 MiB
                writer.write(b"x" * 65_536)
                await writer.drain()
                taken += 65_536
        except ConnectionError:
            pass

    server = await asyncio.start_server(flood, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        async with opened(Guard(resolve=(f"a.test:80=127.0.0.1:{port}",)), Ledger()) as streams:
            assert await asked(streams, by_name("a.test", 80)) == 0
            streams[1].transport.pause_reading()  # type: ignore[attr-defined]  # a socket's transport can
            last = -1
            while taken != last:
                last = taken
                await asyncio.sleep(0.2)
            assert taken < 64 * 1024**2
            streams[1].transport.abort()
