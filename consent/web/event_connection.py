"""A connection that answers the usual consent event itself, as soon as its batch is durable.

For each request aiohttp wakes a connection's task, makes a request, a task and a writer for it, and goes back the same way
with the answer: half of what an event costs. The event that nearly every request is (whole, well-formed, of a page
that may send it) needs none of that, as nothing of its answer is waited for but the batch. Whatever is not such an event, or
would be refused, goes aiohttp's way to `consent.web.handlers.post_consent`, and so does each other request. Both ways read
and answer by `consent.web.intake`; the parser is aiohttp's in both.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextvars import copy_context
from typing import Any, NamedTuple

from aiohttp import StreamReader, hdrs, web
from aiohttp.http import HttpVersion11, RawRequestMessage
from aiohttp.web_protocol import RequestHandler
from aiohttp.web_server import Server
from multidict import CIMultiDictProxy

from consent.logs import REQUEST_ID
from consent.model.errors import ConsentryError, StoreError
from consent.model.records import MAX_BODY_BYTES, ConsentEvent, ConsentRecord
from consent.web.base import LIMITS, REQUESTS, dressed, is_json, problem_of
from consent.web.intake import INTAKE, PATH, Intake
from consent.web.limits import RateLimit
from consent.web.origins import Headers
from consent.web.ready_answer import head_of, whole
from consent.web.requests import Requests

_ROUTE = ("POST", PATH)
_NEEDED = {
    "_close",
    "_force_close",
    "_handler_waiter",
    "_keepalive_handle",
    "_keepalive_timeout",
    "_messages",
    "_next_keepalive_close_time",
    "_request_in_progress",
    "_waiter",
}
"""What is used of aiohttp's own connection and is no part of its interface."""


class EventServer(Server):
    """aiohttp's server, but its connections are `EventConnection`."""

    def __init__(self, made: Server, app: web.Application) -> None:
        super().__init__(
            made.request_handler,
            request_factory=made.request_factory,
            handler_cancellation=made.handler_cancellation,
            loop=made._loop,  # noqa: SLF001 - it has no other name
            **made._kwargs,  # noqa: SLF001 - it has no other name
        )
        self._events = Events(
            app[INTAKE], app[LIMITS]["consent"], app[REQUESTS], app[REQUESTS].counter(*_ROUTE)
        )

    def __call__(self) -> RequestHandler:
        """Make the protocol of a new connection."""
        return EventConnection(self._events, self, loop=self._loop, **self._kwargs)


def is_possible(app: web.Application) -> bool:
    """Whether connections may answer events: not where each request is logged, nor with an aiohttp that works differently."""
    slots = {name for kind in RequestHandler.__mro__ for name in getattr(kind, "__slots__", ())}
    return INTAKE in app and not app[REQUESTS].log_all and slots >= _NEEDED


class Events(NamedTuple):
    """What all connections of an application need: intake, the route's limit, and its counts by status."""

    intake: Intake
    limit: RateLimit
    requests: Requests
    counts: dict[int, int]


class EventConnection(RequestHandler):
    """aiohttp's connection that has one event at a time in work by itself, while aiohttp's own task waits for a request.

    Requests that come meanwhile wait in aiohttp's queue, as behind any other.
    """

    __slots__ = ("_events", "_held", "_remote")

    def __init__(self, events: Events, manager: Server, **options: Any) -> None:
        super().__init__(manager, **options)
        self._events = events
        self._held: asyncio.Future[None] | None = (
            None  # what aiohttp's task waits for, while an event is in work
        )
        self._remote: str | None = None

    @property
    def remote(self) -> str | None:
        """The address that the connection comes from, as of `web.BaseRequest`; found once."""
        if self._remote is None:
            name = self.peername
            if name is not None:
                self._remote = str(name[0]) if isinstance(name, list | tuple) else str(name)
        return self._remote

    def data_received(self, data: bytes) -> None:
        """Take what came; aiohttp's task is woken only for what it has to answer."""
        waiter = self._waiter
        if waiter is None or self._messages:
            super().data_received(data)
            return
        self._waiter = None  # so that nobody is woken yet
        try:
            super().data_received(data)
        finally:
            self._waiter = waiter
        if self._messages and not self._took_event() and not waiter.done():
            waiter.set_result(None)

    def _took_event(self) -> bool:
        """Begin with the event that came; False where it is for aiohttp's task."""
        message, payload = self._messages[0]
        if (
            len(self._messages) > 1
            or type(message) is not RawRequestMessage
            or message.path != PATH
            or message.method != hdrs.METH_POST
            or message.version != HttpVersion11
            or message.should_close
            or message.upgrade
            or message.compression
            or hdrs.EXPECT in message.headers
            or not payload.is_eof()
            or self.writing_paused
        ):
            return False
        body = payload.read_nowait()
        if not self._begun(message, body):
            again = StreamReader(self, MAX_BODY_BYTES, loop=self._loop)
            again.feed_data(body)
            again.feed_eof()
            self._messages[0] = (message, again)
            return False
        self._messages.popleft()
        if self._parser is not None:
            self._parser.message_consumed()
        self._held, self._waiter = self._waiter, None
        self._request_in_progress = True
        return True

    def _begun(self, message: RawRequestMessage, body: bytes) -> bool:
        """Queue an event for its batch; False where that cannot be done at once, and where it is to be refused."""
        if len(body) > MAX_BODY_BYTES or not is_json(message.headers.get(hdrs.CONTENT_TYPE, "")):
            return False
        intake, limit, requests, _ = self._events
        posted = _Posted(self, message)
        if not limit.has_room(posted):
            return False
        try:
            event, posted.allowed, context = intake.read(posted, intake.origin_of(posted), body)
            begun = intake.log.put(event, context, posted)
        except ConsentryError:
            return False
        if begun is None:
            return False
        limit.take(posted)
        posted.event = event
        posted.record, posted.stored = begun
        posted.request_id = requests.id_of(message.headers)
        return True

    def answer(self, data: bytes) -> None:
        """Send the answer to the event in work, and go on as aiohttp's task does after each request."""
        self._request_in_progress = False
        if self._handler_waiter is not None:  # somebody wants to shut down
            self._handler_waiter.set_result(None)
        waiter, self._held = self._held, None
        if waiter is None or self.transport is None:
            return  # the client has gone; its record stays
        self._waiter = waiter
        self.transport.write(data)
        if self._close or self._force_close:
            waiter.cancel()
            self.transport.close()
            return
        self._next_keepalive_close_time = until = self._loop.time() + self._keepalive_timeout
        if self._keepalive_handle is None:
            self._keepalive_handle = self._loop.call_at(until, self._process_keepalive)
        if self._messages and not waiter.done():
            waiter.set_result(None)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Let aiohttp's task end."""
        if self._held is not None:
            self._waiter, self._held = self._held, None
        super().connection_lost(exc)


class _Posted:
    """One event in work: for the intake it is the request (`Asked`), for the queue who waits (`Waiter`)."""

    __slots__ = ("_connection", "_message", "allowed", "event", "headers", "record", "request_id", "stored")

    allowed: Headers
    event: ConsentEvent
    record: ConsentRecord
    request_id: str
    stored: bytes

    def __init__(self, connection: EventConnection, message: RawRequestMessage) -> None:
        self._connection = connection
        self._message = message
        self.headers: CIMultiDictProxy[str] = message.headers

    @property
    def remote(self) -> str | None:
        return self._connection.remote

    @property
    def cookies(self) -> Mapping[str, str]:
        """The cookies as aiohttp reads them."""
        connection: Any = self._connection
        return web.BaseRequest(self._message, None, connection, None, None, connection._loop).cookies  # type: ignore[arg-type]  # noqa: SLF001

    def done(self) -> bool:
        """Never: also an event whose client has gone is counted."""
        return False

    def set_result(self, answer: bytes | None, /) -> None:
        """Answer: the record is durable."""
        intake, _, _, counts = self._connection._events  # noqa: SLF001 - one module
        try:
            record, stored = intake.log.settled(self.event, self.record, self.stored, answer)
        except ConsentryError as error:
            copy_context().run(self._refuse, error)
            return
        head, more, body = intake.answer(self, self.allowed, record, stored)
        counts[201] += 1
        self._connection.answer(
            whole(head, b"%bX-Request-Id: %b\r\n" % (more, self.request_id.encode()), body)
        )

    def set_exception(self, error: StoreError, /) -> None:
        """Answer: nothing is stored."""
        self._connection._events.intake.log.counters.refused += 1  # noqa: SLF001 - one module
        copy_context().run(self._refuse, error)

    def _refuse(self, error: ConsentryError) -> None:
        """Answer with the problem, in a context of its own, as the request's id stands in log lines."""
        intake, _, requests, counts = self._connection._events  # noqa: SLF001 - one module
        REQUEST_ID.set(self.request_id)
        answer = problem_of(error)
        counts[answer.status] += 1
        if answer.status >= 500:
            requests.log(*_ROUTE, answer.status, 0.0)
        dressed(answer, self.request_id, intake.origins, self.headers.get(hdrs.ORIGIN))
        body = answer.body
        self._connection.answer(
            whole(
                head_of(answer.status, answer.headers.items()), b"", body if isinstance(body, bytes) else b""
            )
        )
