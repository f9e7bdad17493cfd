"""The browser's only way out: a SOCKS5 server (RFC 1928) on loopback that connects where the guard lets it.

The browser hands over names, not addresses, so that nothing is resolved but here, and encrypts end to end through it.
SOCKS rather than an HTTP proxy: it carries every protocol alike (HTTP, TLS, WebSocket), and a refusal reaches the page
as a failed connection, never as an answer. QUIC and other UDP do not pass, so that there is no way beside it.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import struct
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import cast

from aiohappyeyeballs import AddrInfoType, start_connection
from playwright.async_api import ProxySettings

from scanner.guard import Guard, Ledger, Refused

CONNECT_TIMEOUT_S = 20.0
"""As long as no browser would wait for one connection."""
MAX_CONNECTIONS = 512
"""Open at once in one state; Chromium itself keeps to 32 for each proxy and context, WebSockets (255) aside."""
MAX_BURST = 256 * 1024 * 1024
"""Bytes of one connection within `BURST_S` after which it is cut: DevTools does not tell what an endless script sends."""
BURST_S = 30.0
_HIGH_WATER = 256 * 1024
"""Bytes that wait for a slow reader before the sender is paused."""
_STAGGER_S = 0.25
"""RFC 8305, section 5: the delay between two addresses of one host."""

_VERSION, _NO_LOGIN, _CONNECT = 5, 0, 1
_DONE, _FAILED, _NOT_ALLOWED, _UNREACHABLE, _NO_HOST, _REFUSED, _UNKNOWN_COMMAND = 0, 1, 2, 3, 4, 5, 7
"""RFC 1928, section 6."""


@asynccontextmanager
async def way_out(guard: Guard, ledger: Ledger) -> AsyncIterator[ProxySettings]:
    """Open one state's way out, as the address that Playwright takes for a proxy; it ends with the block."""
    door = _Door(guard, ledger)
    server = await asyncio.get_running_loop().create_server(door.client, "127.0.0.1", 0)
    try:
        # Without the bypass rule, Chromium would connect to loopback and link-local addresses by itself.
        port = server.sockets[0].getsockname()[1]
        yield {"server": f"socks5://127.0.0.1:{port}", "bypass": "<-loopback>"}
    finally:
        server.close()
        await door.close()


class _Door:
    """What the connections of one state share."""

    def __init__(self, guard: Guard, ledger: Ledger) -> None:
        self.guard = guard
        self.ledger = ledger
        self.clients: set[_Client] = set()
        self.tasks: set[asyncio.Task[None]] = set()

    def client(self) -> _Client:
        """Return the protocol of one more connection."""
        return _Client(self)

    async def close(self) -> None:
        """End every connection."""
        for client in tuple(self.clients):
            client.abort()
        for task in tuple(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


class _End(asyncio.Protocol):
    """One end of a connection: what arrives here goes to the ``other`` end, as fast as that one takes it."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.other: _End | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self.transport = cast("asyncio.Transport", transport)
        self.transport.set_write_buffer_limits(high=_HIGH_WATER)

    def data_received(self, data: bytes) -> None:
        """Pass it on."""
        if (
            self.other is not None
            and self.other.transport is not None
            and not self.other.transport.is_closing()
        ):
            self.other.transport.write(data)

    def eof_received(self) -> bool:
        """Pass it on; the other direction stays open."""
        if self.other is not None and self.other.transport is not None:
            with contextlib.suppress(OSError, NotImplementedError):
                self.other.transport.write_eof()
            return True
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """End the other one too; after an error at once, so that a reset stays a reset."""
        if self.other is not None and self.other.transport is not None:
            if exc is None:
                self.other.transport.close()
            else:
                self.other.transport.abort()
            self.other.other = None
        self.other = None

    def pause_writing(self) -> None:
        """Let the sender wait."""
        if self.other is not None and self.other.transport is not None:
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        """Let the sender go on."""
        if self.other is not None and self.other.transport is not None:
            self.other.transport.resume_reading()

    def abort(self) -> None:
        """End it now."""
        if self.transport is not None:
            self.transport.abort()


class _Remote(_End):
    """The server's end: counted, and cut where it sends more than any site does in that time."""

    def __init__(self, overflows: Callable[[], None]) -> None:
        super().__init__()
        self._overflows = overflows
        self._since = time.monotonic()
        self._bytes = 0

    def data_received(self, data: bytes) -> None:
        """Count and pass on."""
        self._bytes += len(data)
        if self._bytes > MAX_BURST:
            if time.monotonic() - self._since < BURST_S:
                self._overflows()
                self.abort()
                return
            self._since, self._bytes = time.monotonic(), 0
        super().data_received(data)


class _Client(_End):
    """The browser's end: first the handshake, then data."""

    def __init__(self, door: _Door) -> None:
        super().__init__()
        self._door = door
        self._buffer = bytearray()
        self._greeted = False
        self._asked = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection, or drop it where there are too many."""
        super().connection_made(transport)
        if len(self._door.clients) >= MAX_CONNECTIONS:
            self.abort()
            return
        self._door.clients.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self._door.clients.discard(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read the handshake until it is whole; afterwards pass on."""
        if self.other is not None:
            super().data_received(data)
            return
        self._buffer += data
        try:
            self._handshake()
        except (ValueError, IndexError, UnicodeDecodeError, struct.error):
            self.abort()  # no SOCKS client speaks here

    def _handshake(self) -> None:
        buffer = self._buffer
        if len(buffer) > 1024:
            raise ValueError("too long")
        if not self._greeted:
            if len(buffer) < 2 or len(buffer) < 2 + buffer[1]:
                if buffer and buffer[0] != _VERSION:
                    raise ValueError("another version")
                return
            if buffer[0] != _VERSION or _NO_LOGIN not in buffer[2 : 2 + buffer[1]]:
                raise ValueError("no method in common")
            del buffer[: 2 + buffer[1]]
            self._greeted = True
            self._write(bytes([_VERSION, _NO_LOGIN]))
        if not self._asked and (asked := _request(buffer)) is not None:
            self._asked = True
            buffer.clear()
            task = asyncio.ensure_future(self._connect(*asked))
            self._door.tasks.add(task)
            task.add_done_callback(self._door.tasks.discard)

    async def _connect(self, command: int, host: str, port: int) -> None:
        if command != _CONNECT:
            self._refuse(_UNKNOWN_COMMAND)
            return
        if self.transport is None:
            return
        self.transport.pause_reading()
        door = self._door
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                route = await door.guard.route(host, port, door.ledger)
                infos = [_info(address, route.port) for address in route.addresses]
                chosen = await start_connection(infos, happy_eyeballs_delay=_STAGGER_S)
                chosen.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                remote = _Remote(lambda: door.ledger.overflows.add(f"{host}:{port}"))
                await asyncio.get_running_loop().create_connection(lambda: remote, sock=chosen)
        except Refused:
            self._refuse(_NOT_ALLOWED)
        except TimeoutError:
            self._fail(host, port, "ERR_CONNECTION_TIMED_OUT", _UNREACHABLE)
        except (socket.gaierror, UnicodeError):
            self._fail(host, port, "ERR_NAME_NOT_RESOLVED", _NO_HOST)
        except ConnectionRefusedError:
            self._fail(host, port, "ERR_CONNECTION_REFUSED", _REFUSED)
        except OSError:
            self._fail(host, port, "ERR_ADDRESS_UNREACHABLE", _UNREACHABLE)
        else:
            if self.transport.is_closing():
                remote.abort()
                return
            self.other, remote.other = remote, self
            self._write(bytes([_VERSION, _DONE, 0, 1, 0, 0, 0, 0, 0, 0]))
            self.transport.resume_reading()

    def _fail(self, host: str, port: int, cause: str, answer: int) -> None:
        self._door.ledger.fail(host.lower().rstrip("."), port, cause)
        self._refuse(answer)

    def _refuse(self, answer: int) -> None:
        self._write(bytes([_VERSION, answer, 0, 1, 0, 0, 0, 0, 0, 0]))
        if self.transport is not None:
            self.transport.close()

    def _write(self, data: bytes) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(data)


def _request(buffer: bytearray) -> tuple[int, str, int] | None:
    """Return command, host and port of a request (RFC 1928, section 4); None where it is not whole yet."""
    if len(buffer) < 5:
        return None
    kind = buffer[3]
    start, size = {1: (4, 4), 3: (5, buffer[4]), 4: (4, 16)}.get(kind, (0, 0))
    if buffer[0] != _VERSION or not size:
        raise ValueError("no request")
    if len(buffer) < start + size + 2:
        return None
    raw = bytes(buffer[start : start + size])
    host = raw.decode("ascii") if kind == 3 else str(ipaddress.ip_address(raw))
    return buffer[1], host, struct.unpack("!H", buffer[start + size : start + size + 2])[0]


def _info(address: str, port: int) -> AddrInfoType:
    """An entry as `socket.getaddrinfo` returns it."""
    is_v6 = ":" in address
    where = (address, port, 0, 0) if is_v6 else (address, port)
    family = socket.AF_INET6 if is_v6 else socket.AF_INET
    return family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", where
