"""What is kept of requests: an id for each, counts for /metrics, and lines in the log. None of it leads to a person."""

from __future__ import annotations

import logging
import re
import secrets
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import count

from multidict import istr

logger = logging.getLogger("consentry.requests")

HEADER = istr("X-Request-Id")
_ACCEPTED = re.compile(r"^[A-Za-z0-9-]{8,64}$")


class Requests:
    """The requests of one application. ``log_all`` writes a line for each; else only for failures and `logged` routes."""

    def __init__(self, *, log_all: bool = False) -> None:
        self.log_all = log_all
        self.counts: dict[tuple[str, str], dict[int, int]] = {}
        # Unique beyond this process, and cheap: random once, then counted.
        self._prefix = secrets.token_hex(6)
        self._next = count().__next__

    def counter(self, method: str, route: str) -> dict[int, int]:
        """Return the counts of one route by status, to be added to."""
        return self.counts.setdefault((method, route), defaultdict(int))

    def id_of(self, headers: Mapping[str, str]) -> str:
        """Return a request's id: the one that came in its headers, where that can be one, else a new one."""
        given = headers.get(HEADER)
        if given is not None and _ACCEPTED.match(given):
            return given
        return f"{self._prefix}-{self._next():x}"

    def log(self, method: str, route: str, status: int, seconds: float) -> None:
        """Write one line: the route and not the path, which may hold a consent id."""
        level = logging.ERROR if status >= 500 else logging.INFO
        fields = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 2)}
        logger.log(level, "request", extra={"fields": fields})

    def totals(self) -> Iterator[tuple[str, str, int, int]]:
        """Yield method, route, status and number."""
        for (method, route), by_status in sorted(self.counts.items()):
            for status, number in sorted(by_status.items()):
                yield method, route, status, number
