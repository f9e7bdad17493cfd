"""How much one client may ask for: a token bucket for each, in memory, under a hash that leads back to nobody."""

from __future__ import annotations

import hashlib
import math
import os
import time
from collections.abc import Callable

from consent.model.errors import ConsentryError
from consent.model.sites import Server
from consent.web.clients import Asked, Clients

SALT_S = 3600.0
"""For so long a client has the same hash. With the salt, everything that was known by it is forgotten."""
MOST_CLIENTS = 100_000
"""Clients that are told apart at once; where there are more, those not seen for longest are forgotten first."""
SELF_CHECKS = 20
"""Reports of a minute that one client may send: a visit sends one, and many may stand behind one address."""
WINDOW_S = 60.0
"""A bucket holds what may be asked for in a minute, and fills up in one."""
_LEFT_OVER = 1e-9
"""What adding intervals leaves over."""


class TooManyRequests(ConsentryError):  # noqa: N818 - the state is the name
    """The client has asked for more than it may (HTTP 429, RFC 6585, section 4); ``retry_after_s`` is in seconds."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(
            "There were too many requests from your address.",
            hint=f"Try again in {retry_after_s} second(s).",
        )
        self.retry_after_s = retry_after_s


class RateLimit:
    """Lets each client do something ``per_minute`` times a minute; 0 sets no limit. ``clock`` returns seconds.

    For each client one number is kept: when its bucket will be full again (the generic cell rate algorithm, ITU-T I.371).
    The table has two halves. When the younger one is full it becomes the older one, and the older one is dropped.
    """

    def __init__(
        self,
        clients: Clients,
        per_minute: int,
        *,
        most_clients: int = MOST_CLIENTS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.refused = 0
        self._clients = clients
        self._interval = WINDOW_S / per_minute if per_minute else 0.0
        self._half = max(most_clients // 2, 1)
        self._clock = clock
        self._young: dict[bytes, float] = {}
        self._old: dict[bytes, float] = {}
        self._salt = b""
        self._salted_until = -math.inf

    def take(self, request: Asked) -> None:
        """Count one request; raises `TooManyRequests` where the client's bucket is empty."""
        if (client := self._clients.of(request)) is not None:
            self.take_for(client)

    def take_for(self, client: str) -> None:
        """Count one request of somebody who is known by another name than an address."""
        if not self._interval:
            return
        now = self._clock()
        key = self._key(client, now)
        full_at = self._full_at(key)
        start = max(now, full_at)
        self._check(start, now)
        if key not in self._young and len(self._young) >= self._half:
            self._old, self._young = self._young, {}
        self._young[key] = start + self._interval

    def check(self, request: Asked) -> None:
        """Raise `TooManyRequests` where the bucket is empty, without taking anything from it."""
        if (client := self._clients.of(request)) is not None:
            self.check_for(client)

    def check_for(self, client: str) -> None:
        """`check` for whom `take_for` counts."""
        if self._interval:
            now = self._clock()
            self._check(max(self._full_at(self._key(client, now)), now), now)

    def has_room(self, request: Asked) -> bool:
        """Whether `take` would count a request now."""
        client = self._clients.of(request)
        if client is None or not self._interval:
            return True
        now = self._clock()
        return self._wait(max(self._full_at(self._key(client, now)), now), now) <= _LEFT_OVER

    def _wait(self, start: float, now: float) -> float:
        return start + self._interval - now - WINDOW_S

    def _check(self, start: float, now: float) -> None:
        wait = self._wait(start, now)
        if wait > _LEFT_OVER:
            self.refused += 1
            raise TooManyRequests(max(1, math.ceil(wait)))

    def _full_at(self, key: bytes) -> float:
        found = self._young.get(key)
        return self._old.get(key, 0.0) if found is None else found

    def _key(self, client: str, now: float) -> bytes:
        if now >= self._salted_until:
            self._salt = os.urandom(16)
            self._salted_until = now + SALT_S
            self._young, self._old = {}, {}
        return hashlib.blake2b(client.encode(), digest_size=8, key=self._salt).digest()


def limits_of(server: Server) -> dict[str, RateLimit]:
    """Make the limits that the configuration sets, by what they limit."""
    clients = Clients(server.trusted_proxies, server.forwarded_header)
    return {
        "consent": RateLimit(clients, server.limit_consent),
        "history": RateLimit(clients, server.limit_history),
        "admin": RateLimit(clients, server.limit_admin),
        "sign_in": RateLimit(clients, server.limit_sign_in),
        "self_check": RateLimit(clients, SELF_CHECKS),
    }
