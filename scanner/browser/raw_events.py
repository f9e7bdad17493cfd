"""Hear DevTools events as they come, without what Playwright's public objects do to each of them.

For each event and listener, `CDPSession.on` walks through all that the event holds in search of Playwright's own objects,
and asks anew how many arguments the listener takes. DevTools events are plain data, and a page causes a hundred of them:
this took half of our own process's time in a scan.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.async_api import CDPSession

Listener = Callable[[dict[str, Any]], None]


def listen(session: CDPSession, event: str, listener: Listener) -> None:
    """Call ``listener`` with each such event's parameters; it must not raise.

    Listens on the object inside Playwright's session. A version that has none there is listened to as it is documented.
    """
    inner = getattr(session, "_impl_obj", None)
    on = getattr(inner, "on", None)
    if callable(on):
        on(event, listener)
    else:
        session.on(event, listener)
