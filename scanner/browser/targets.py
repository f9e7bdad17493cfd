"""One page's DevTools events, with those of its out-of-process frames and workers, as one stream.

A page session alone misses what happens in third-party frames of a browser with site isolation, and learns of a
worker's requests without their URL. So children are attached to and held before their first line runs. They are
attached unflattened: Playwright hands out no session for them, but their messages can be passed through the page's.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import msgspec
from playwright.async_api import CDPSession, Page
from playwright.async_api import Error as PlaywrightError

from scanner.browser.driver_worlds import DriverWorlds
from scanner.browser.raw_events import listen

Handler = Callable[[dict[str, Any]], None]
Command = tuple[str, dict[str, Any]]

_AUTO_ATTACH: Command = (
    "Target.setAutoAttach",
    {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": False},
)
_MAX_CHILDREN = 64
"""Frames and workers of one page that are listened to; a page that starts more is no ordinary page."""
ATTACHED = "Target.attachedToTarget"
PAUSED = "Fetch.requestPaused"
_DETACHED = "Target.detachedFromTarget"
WINDOW_OPENED = "Consentry.windowOpened"
"""A pop-up of the page is listened to (`scanner.popups`); ours, as the next: DevTools knows no such events."""
WINDOW_LOADED = "Consentry.windowLoaded"
_OURS = frozenset({ATTACHED, WINDOW_OPENED, WINDOW_LOADED})
"""Told by ourselves; that children were attached is passed on by `_attached`."""
_MESSAGE = "Target.receivedMessageFromTarget"


class _Message(msgspec.Struct):
    """A child's message: an answer (``id``) or an event (``method``)."""

    id: int | None = None
    method: str = ""
    params: dict[str, Any] = {}
    result: dict[str, Any] = {}
    error: dict[str, Any] | None = None
    session: str = msgspec.field(default="", name="sessionId")


_decoder = msgspec.json.Decoder(_Message)


@dataclass(frozen=True)
class _Pausing:
    """How requests of children of some kinds are held, and who lets each go."""

    enable: Command
    kinds: tuple[str, ...]
    paused: Callable[[str, dict[str, Any]], None]


class TargetGone(Exception):  # noqa: N818 - a state that callers expect, not an error for a user
    """The page, frame or worker went away before it answered."""


class PageTargets:
    """The page and its children. `on` subscribes, `open` begins, `send` speaks to the page or to one child."""

    def __init__(self, page: Page, session: CDPSession) -> None:
        self.page = page
        self.session = session
        self.failures: list[str] = []
        self.hung = False
        self.worlds: dict[tuple[str, str, str], int] = {}
        self.driver_worlds = DriverWorlds()
        self.windows: list[PageTargets] = []
        """Pop-ups of the page that are looked at."""
        self._handlers: dict[str, list[Handler]] = {}
        self._subscribed: set[str] = set()
        self._setup: tuple[Command, ...] = ()
        self._pausing: _Pausing | None = None
        self._children: dict[str, str] = {}
        self._parents: dict[str, str] = {}
        self._waiting: dict[tuple[str, int], asyncio.Future[dict[str, Any]]] = {}
        self._next_id = 0
        self._tasks: set[asyncio.Task[None]] = set()

    def on(self, event: str, handler: Handler) -> None:
        """Call ``handler`` with each such event's parameters; one that raises is noted and costs only itself."""
        if event not in self._subscribed and event not in _OURS:
            self._subscribed.add(event)
            listen(self.session, event, lambda params: self._dispatch(event, params))
        self._handlers.setdefault(event, []).append(handler)

    def forget_handlers(self) -> None:
        """Tell nobody any more, so that the tab can serve another page."""
        self._handlers.clear()
        self.failures.clear()
        self.worlds.clear()

    async def open(self, commands: Iterable[Command]) -> None:
        """Send ``commands`` to the page now and to each child before its first line runs."""
        setup = self.attend((*commands, _AUTO_ATTACH))
        await asyncio.gather(*(self.session.send(method, params) for method, params in setup))

    def attend(self, setup: tuple[Command, ...]) -> tuple[Command, ...]:
        """Listen to children, whom ``setup`` is sent; returns it, to be sent to the page itself."""
        self._setup = setup
        self.driver_worlds.watch(self.session)
        listen(self.session, ATTACHED, lambda params: self._attached(params, ""))
        listen(self.session, _DETACHED, self._detached)
        listen(self.session, _MESSAGE, self._message)
        return setup

    def setup(self) -> tuple[Command, ...]:
        """Return what was sent to the page and is sent to each child."""
        return self._setup

    def pause_requests(
        self, enable: Command, kinds: tuple[str, ...], paused: Callable[[str, dict[str, Any]], None]
    ) -> None:
        """Send ``enable`` to each coming child of these kinds; ``paused`` gets its id and each request that it holds."""
        self._pausing = _Pausing(enable, kinds, paused)

    def heard(self) -> tuple[str, ...]:
        """Return the events that are listened to."""
        return tuple(self._subscribed)

    def tell(self, event: str, params: dict[str, Any]) -> None:
        """Tell those who listen of an event that came another way."""
        self._dispatch(event, params)

    def children(self, kind: str) -> list[str]:
        """Return the ids of the living children of one target type, such as ``iframe``."""
        return [child for child, its_kind in self._children.items() if its_kind == kind]

    async def send(
        self, method: str, params: dict[str, Any] | None = None, *, child: str = "", timeout_s: float = 2.0
    ) -> dict[str, Any]:
        """Return the answer; raises `TargetGone` where none comes in time.

        A page that let one question go unanswered is ``hung``: its scripts keep it busy, and asking again only costs
        the same time again.
        """
        try:
            async with asyncio.timeout(timeout_s):
                if not child:
                    answer: dict[str, Any] = await self.session.send(method, params or {})
                    return answer
                return await self._ask_child(child, method, params or {})
        except TimeoutError:
            self.hung = self.hung or not child
            raise TargetGone(f"{method}: no answer within {timeout_s} s") from None
        except PlaywrightError as error:
            raise TargetGone(f"{method}: {error}") from error

    async def close(self) -> None:
        """Stop what is still being set up."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _ask_child(self, child: str, method: str, params: dict[str, Any]) -> dict[str, Any]:
        self._next_id += 1
        key = (child, self._next_id)
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[key] = future
        try:
            await self._post(child, {"id": key[1], "method": method, "params": params})
            return await future
        finally:
            self._waiting.pop(key, None)

    async def _post(self, child: str, message: dict[str, Any]) -> None:
        """Hand a message to a child; a grandchild's goes wrapped through its parent."""
        envelope = {"sessionId": child, "message": msgspec.json.encode(message).decode()}
        parent = self._parents.get(child, "")
        if parent:
            self._next_id += 1
            wrapped = {"id": self._next_id, "method": "Target.sendMessageToTarget", "params": envelope}
            await self._post(parent, wrapped)
        else:
            await self.session.send("Target.sendMessageToTarget", envelope)

    def _attached(self, params: dict[str, Any], parent: str) -> None:
        child = str(params["sessionId"])
        if len(self._children) < _MAX_CHILDREN:
            self._children[child] = str(params["targetInfo"]["type"])
        self._parents[child] = parent
        self._dispatch(ATTACHED, params)
        task = asyncio.get_running_loop().create_task(self._set_up(child))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _set_up(self, child: str) -> None:
        """Listen to a child and let it run; one beyond the limit is only let run."""
        kind = self._children.get(child, "")
        # No hook of ours runs in a worker: there, the binding would only be the worker's to forge records with.
        commands = [
            one for one in self._setup if kind and (kind == "iframe" or one[0] != "Runtime.addBinding")
        ]
        if self._pausing is not None and kind in self._pausing.kinds:
            commands.append(self._pausing.enable)
        # Without waiting for answers: order is kept, and a worker answers nothing that it does not know.
        with contextlib.suppress(PlaywrightError):
            for method, params in (*commands, ("Runtime.runIfWaitingForDebugger", {})):
                self._next_id += 1
                await self._post(child, {"id": self._next_id, "method": method, "params": params})

    def _detached(self, params: dict[str, Any]) -> None:
        child = str(params.get("sessionId", ""))
        self._children.pop(child, None)
        for key, future in list(self._waiting.items()):
            if key[0] == child and not future.done():
                future.set_exception(TargetGone("the frame or worker is gone"))

    def _message(self, params: dict[str, Any]) -> None:
        child = str(params["sessionId"])
        try:
            message = _decoder.decode(params["message"])
        except msgspec.DecodeError as error:
            self._note(f"a message could not be read: {error}")
            return
        if message.id is not None:
            future = self._waiting.get((child, message.id))
            if future is not None and not future.done():
                if message.error is None:
                    future.set_result(message.result)
                else:
                    future.set_exception(TargetGone(str(message.error.get("message", ""))))
        elif message.method == ATTACHED:
            self._attached(message.params, child)
        elif message.method == _DETACHED:
            self._detached(message.params)
        elif message.method == _MESSAGE:
            self._message(message.params)
        elif message.method == PAUSED:
            if self._pausing is not None:
                self._pausing.paused(child, message.params)
        else:
            self._dispatch(message.method, message.params)

    def _dispatch(self, event: str, params: dict[str, Any]) -> None:
        for handler in self._handlers.get(event, ()):
            try:
                handler(params)
            except Exception as error:  # noqa: BLE001 - hostile input: a collector costs only its own data
                self._note(f"{event}: {type(error).__name__}: {error}")

    def _note(self, text: str) -> None:
        if len(self.failures) < 20:
            self.failures.append(text)
