"""What a log records of people, counted line by line, and each field as an anonymised copy has it."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Literal

from consent.user_agents import reduced
from scanner.accesslogs.addresses import Addresses, is_shortened, parsed
from scanner.accesslogs.queries import MASKED, masked_address, masked_query
from scanner.accesslogs.roles import Role

Agents = Literal["reduce", "keep", "drop"]

MAX_CACHED = 50_000
MAX_DISTINCT = 500_000
"""Different addresses that are counted exactly; more are told as at least so many."""
MAX_NAMES = 2_000
_MAIL = re.compile(rb"[A-Za-z0-9._+%-]{1,64}(?:@|%40)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_IP = re.compile(
    rb"(?<![\w.:])(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:\.\d{1,3}){0,3})(?![\w.:])"
)
_MONTHS = {
    name: number for number, name in enumerate(b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)
}
_COUNTRY = re.compile(rb"[A-Z]{2}")
_NONE = {b"-", b"", b'""', b"(null)"}


class Record:
    """Counts what fields hold, and gives what stands for them in a copy. One for each log; not for several threads."""

    def __init__(self, addresses: Addresses, agents: Agents = "reduce") -> None:
        self.counts: Counter[str] = Counter()
        """Kind of personal data to the number of fields that hold it."""
        self.parameters: Counter[str] = Counter()
        self.first: dt.date | None = None
        self.last: dt.date | None = None
        self.shortened = 0
        self._addresses = addresses
        self._agents = agents
        self._known: dict[bytes, tuple[bytes, str, bool]] = {}
        self._distinct: set[int] = set()
        self._referrers: dict[bytes, tuple[bytes, bool]] = {}
        self._reduced: dict[bytes, bytes] = {}
        self._days: dict[bytes, bool] = {}

    @property
    def distinct(self) -> int:
        """How many different addresses were met, at most `MAX_DISTINCT`."""
        return len(self._distinct)

    def change(self) -> dict[Role, Callable[[bytes], bytes]]:
        """Return what becomes of each role's fields."""
        return {
            "address": self.address,
            "forwarded": self.forwarded,
            "port": self.port,
            "user": self.user,
            "time": self.time,
            "request": self.request,
            "target": self.target,
            "query": self.query,
            "referrer": self.referrer,
            "agent": self.agent,
            "cookie": self.cookie,
            "geo": self.geo,
            "fingerprint": self.fingerprint,
            "other": self.other,
        }

    def address(self, value: bytes) -> bytes:
        """Shorten, hash or drop one address."""
        known = self._known.get(value)
        if known is None:
            if len(self._known) >= MAX_CACHED:
                self._known.clear()
            new, kind = self._addresses.changed(value)
            known = self._known[value] = (new, f"address {kind}" if kind else "", is_shortened(value))
            if kind and len(self._distinct) < MAX_DISTINCT:
                self._distinct.add(hash(value))
        new, told, shortened = known
        if told:
            self.counts[told] += 1
            self.shortened += shortened
        return new

    def forwarded(self, value: bytes) -> bytes:
        """Change each address of a list (X-Forwarded-For, Forwarded)."""
        if value in _NONE:
            return value
        self.counts["forwarded"] += 1
        if b"=" in value:
            return self.other(value)
        return b", ".join(self.address(one.strip()) for one in value.split(b",")[:50])

    def port(self, value: bytes) -> bytes:
        """Drop a port: behind shared addresses, port and time name the subscriber."""
        if value in _NONE:
            return value
        self.counts["port"] += 1
        return b"0"

    def user(self, value: bytes) -> bytes:
        """Drop a user's name."""
        if value in _NONE or value == b"0":
            return value
        self.counts["user"] += 1
        return b"-"

    def time(self, value: bytes) -> bytes:
        """Take in the day; the time stays."""
        start = value[:11]
        if start not in self._days:
            if len(self._days) >= MAX_CACHED:
                self._days.clear()
            day = day_of(value)
            self._days[start] = True
            if day is not None:
                self.first = day if self.first is None or day < self.first else self.first
                self.last = day if self.last is None or day > self.last else self.last
        return value

    def request(self, value: bytes) -> bytes:
        """Mask what the address in a request line tells of a person."""
        if (
            b"?" not in value
            and b"@" not in value
            and b"%40" not in value
            and b";" not in value
            and b"eyJ" not in value
        ):
            return value
        method, space, rest = value.partition(b" ")
        if not space:
            return self.target(value)
        address, last_space, protocol = rest.rpartition(b" ")
        if not last_space:
            return method + space + self.target(rest)
        return method + space + self.target(address) + last_space + protocol

    def target(self, value: bytes) -> bytes:
        """Mask what an address tells of a person."""
        if b"?" in value:
            self.counts["query"] += 1
        new, found = masked_address(value)
        self._note(found)
        return new

    def query(self, value: bytes) -> bytes:
        """Mask what a query string tells of a person."""
        if value in _NONE:
            return value
        self.counts["query"] += 1
        new, found = masked_query(value)
        self._note(found)
        return new

    def referrer(self, value: bytes) -> bytes:
        """Keep where somebody came from without its query, which other sites filled in."""
        if value in _NONE:
            return value
        known = self._referrers.get(value)
        if known is None:
            if len(self._referrers) >= MAX_CACHED:
                self._referrers.clear()
            bare = re.split(rb"[?#]", value, maxsplit=1)[0]
            known = self._referrers[value] = (masked_address(bare)[0], b"?" in value)
        self.counts["referrer"] += 1
        self.counts["referrer with a query"] += known[1]
        return known[0]

    def agent(self, value: bytes) -> bytes:
        """Reduce a user agent to family, major version, system and form."""
        if value in _NONE:
            return value
        self.counts["agent"] += 1
        if self._agents == "keep":
            return value
        if self._agents == "drop":
            return b"-"
        known = self._reduced.get(value)
        if known is None:
            if len(self._reduced) >= MAX_CACHED:
                self._reduced.clear()
            known = self._reduced[value] = reduced(
                value.decode("utf-8", "replace").replace("+", " ")
            ).encode()
            if b" " not in value:  # W3C logs write no spaces
                known = self._reduced[value] = known.replace(b" ", b"+")
        return known

    def cookie(self, value: bytes) -> bytes:
        """Drop cookies and credentials."""
        if value in _NONE:
            return value
        self.counts["cookie"] += 1
        return b"-"

    def geo(self, value: bytes) -> bytes:
        """Keep a country, drop what is finer."""
        if value in _NONE:
            return value
        self.counts["place"] += 1
        return value if _COUNTRY.fullmatch(value) else b"-"

    def fingerprint(self, value: bytes) -> bytes:
        """Drop fingerprints of connections and certificates."""
        if value in _NONE:
            return value
        self.counts["fingerprint"] += 1
        return b"-"

    def other(self, value: bytes) -> bytes:
        """Search a field of which nothing is known for e-mail and IP addresses, and queries."""
        if b"@" in value or b"%40" in value:
            value, number = _MAIL.subn(MASKED, value)
            self.counts["e-mail"] += number
        if b"." in value or b":" in value:
            value = _IP.sub(self._found, value)
        if b"?" in value or b"eyJ" in value:
            value = b" ".join(
                self.target(word) if b"?" in word or b"eyJ" in word else word for word in value.split(b" ")
            )
        return value

    def _found(self, match: re.Match[bytes]) -> bytes:
        return self.address(match[0]) if parsed(match[0]) is not None else match[0]

    def _note(self, found: Sequence[tuple[str, bytes]]) -> None:
        for kind, name in found:
            self.counts[kind] += 1
            text = name.decode("utf-8", "replace")
            if text and (text in self.parameters or len(self.parameters) < MAX_NAMES):
                self.parameters[text] += 1


def day_of(value: bytes) -> dt.date | None:
    """Return the day of a log's time: ``02/Mar/2026:…``, ISO 8601, or Unix seconds (or milliseconds); None for none."""
    try:
        if value[2:3] == b"/" and value[3:6] in _MONTHS:
            return dt.date(int(value[7:11]), _MONTHS[value[3:6]], int(value[:2]))
        if value[4:5] == b"-" and value[7:8] == b"-":
            return dt.date(int(value[:4]), int(value[5:7]), int(value[8:10]))
        if value[:10].isdigit():
            seconds = float(value)
            return dt.datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, dt.UTC).date()
    except (ValueError, OverflowError, OSError):
        return None
    return None
