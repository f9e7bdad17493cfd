"""Hear of each new window before it asks for anything: a second line to the browser, beside Playwright's own.

Playwright tells of a pop-up once its first document has come: what it asked for, where it was redirected and what was set
on the way is lost by then. DevTools can hold a new target until its clients let it go. The line is a session with the
browser itself, through which the sessions of its windows speak. They are flattened, as the browser's own session wants
it, and their messages are wrapped by the one that Playwright gives us.

A window without an opener (``noopener``, links with ``target=_blank``) waits for each client. One that its opener holds
in its hand runs as soon as Playwright says so, which is always first: `scanner/collectors/popups.js` opens it blank and
waits until we listen.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from playwright.async_api import Browser, CDPSession
from playwright.async_api import Error as PlaywrightError

from scanner.browser.raw_events import Listener, listen

_CLOSE_TIMEOUT_S = 3.0
_AUTO_ATTACH = {
    "autoAttach": True,
    "waitForDebuggerOnStart": True,
    "flatten": True,
    "filter": [{"type": "page"}],
}


class _Message(msgspec.Struct):
    """An answer (``id``) or an event (``method``) of the browser or, with ``session``, of one window."""

    id: int | None = None
    method: str = ""
    params: dict[str, Any] = {}
    result: dict[str, Any] = {}
    error: dict[str, Any] | None = None
    session: str = msgspec.field(default="", name="sessionId")


_decoder = msgspec.json.Decoder(_Message)


class Window:
    """One window, held until `release`. ``opener`` is the DevTools target id of the tab that opened it, or empty.

    ``in_hand`` says that the opener's script has hold of it.

    Has what a `CDPSession` has that listens and speaks (`send`, `on`), so that it can stand for one.
    """

    def __init__(self, line: Line, session: str, target: str, opener: str, *, in_hand: bool) -> None:
        self.target = target
        self.opener = opener
        self.in_hand = in_hand
        self.gone = asyncio.Event()
        self._line = line
        self._session = session
        self._listeners: dict[str, list[Listener]] = {}

    def on(self, event: str, listener: Listener) -> None:
        """Call ``listener`` with each such event's parameters."""
        self._listeners.setdefault(event, []).append(listener)

    async def send(self, method: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the answer; raises Playwright's error where the window refuses or is gone."""
        return await self._line.ask(self._session, method, params or {})

    async def post(self, commands: Iterable[tuple[str, dict[str, Any]]]) -> None:
        """Hand commands over in their order, without waiting for their answers: a window that is held gives none."""
        await asyncio.gather(*(self._line.post(self._session, *command) for command in commands))

    async def release(self) -> None:
        """Let it run."""
        await self.post([("Runtime.runIfWaitingForDebugger", {})])

    async def let_be(self) -> None:
        """Let it run and hear no more of it."""
        await self.release()
        await self._line.post("", "Target.detachFromTarget", {"sessionId": self._session})

    async def dismiss(self) -> None:
        """Have it closed, whenever that comes about: whoever opened it may be busy."""
        await self._line.post("", "Target.closeTarget", {"targetId": self.target})

    async def close(self) -> None:
        """Close it, whatever state it is in, and wait until it is; never raises."""
        with contextlib.suppress(PlaywrightError, TimeoutError):
            async with asyncio.timeout(_CLOSE_TIMEOUT_S):
                await self.dismiss()
                await self.gone.wait()

    def tell(self, event: str, params: dict[str, Any]) -> None:
        """Pass one event on to those who listen for it."""
        for listener in self._listeners.get(event, ()):
            listener(params)


OnWindow = Callable[[Window], Awaitable[None]]


class Line:
    """The second line; made by `second_line`. ``on_window`` is called with each new window and has to let it go."""

    def __init__(self, carrier: CDPSession, session: str, on_window: OnWindow) -> None:
        self._carrier = carrier
        self._session = session
        self._on_window = on_window
        self._windows: dict[str, Window] = {}
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._next_id = 0
        self._tasks: set[asyncio.Task[None]] = set()
        listen(carrier, "Target.receivedMessageFromTarget", self._received)

    async def post(self, session: str, method: str, params: dict[str, Any]) -> int:
        """Hand one command over to the browser, or to the window with this session; returns its number."""
        self._next_id += 1
        message = {"id": self._next_id, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        number = self._next_id
        await self._carrier.send(
            "Target.sendMessageToTarget",
            {"sessionId": self._session, "message": msgspec.json.encode(message).decode()},
        )
        return number

    async def ask(self, session: str, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to one command."""
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        number = self._next_id + 1  # nothing runs between here and where `post` takes the same one
        self._waiting[number] = future
        try:
            await self.post(session, method, params)
            return await future
        finally:
            self._waiting.pop(number, None)

    async def begin(self) -> None:
        """Hold each new window from now on."""
        await self.ask("", "Target.setAutoAttach", _AUTO_ATTACH)

    async def end(self) -> None:
        """Hold none any more, and let go of those that wait."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with contextlib.suppress(PlaywrightError, TimeoutError):
            async with asyncio.timeout(_CLOSE_TIMEOUT_S):
                await self.post("", "Target.setAutoAttach", _AUTO_ATTACH | {"autoAttach": False})
                await self._carrier.detach()

    def _received(self, params: dict[str, Any]) -> None:
        if params.get("sessionId") != self._session:
            return
        try:
            message = _decoder.decode(params["message"])
        except msgspec.DecodeError:
            return
        if message.id is not None:
            self._answered(message.id, message)
        elif message.session:
            if (window := self._windows.get(message.session)) is not None:
                window.tell(message.method, message.params)
        elif message.method == "Target.attachedToTarget":
            self._attached(message.params)
        elif message.method == "Target.detachedFromTarget":
            window = self._windows.pop(str(message.params.get("sessionId", "")), None)
            if window is not None:
                window.gone.set()

    def _answered(self, number: int, message: _Message) -> None:
        future = self._waiting.get(number)
        if future is None or future.done():
            return
        if message.error is None:
            future.set_result(message.result)
        else:
            future.set_exception(PlaywrightError(str(message.error.get("message", ""))))

    def _attached(self, params: dict[str, Any]) -> None:
        about, session = params["targetInfo"], str(params["sessionId"])
        window = Window(
            self,
            session,
            str(about["targetId"]),
            str(about.get("openerId", "")),
            in_hand=bool(about.get("canAccessOpener")),
        )
        self._windows[session] = window
        task = asyncio.get_running_loop().create_task(self._meet(window))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _meet(self, window: Window) -> None:
        with contextlib.suppress(PlaywrightError):
            await self._on_window(window)


@asynccontextmanager
async def second_line(browser: Browser, on_window: OnWindow) -> AsyncIterator[Line]:
    """Open the line, and end it with the block; raises Playwright's error where the browser gives none."""
    carrier = await browser.new_browser_cdp_session()
    about = await carrier.send("Target.getTargetInfo")
    attached = await carrier.send(
        "Target.attachToTarget", {"targetId": about["targetInfo"]["targetId"], "flatten": False}
    )
    line = Line(carrier, str(attached["sessionId"]), on_window)
    await line.begin()
    try:
        yield line
    finally:
        await line.end()
