"""Line formats of access logs, as patterns that know what each field holds.

A format is known by name, or written as the server's own configuration writes it: nginx's ``$remote_addr …`` or Apache's
``%h %l %u %t "%r" …``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Protocol

from consent.model.errors import ConfigError
from scanner.accesslogs.roles import Role, role_of

Change = Mapping[Role, Callable[[bytes], bytes]]
"""What becomes of a field's value, by its role; a role without an entry stays as it is."""

_QUOTED = r'[^"\\]*(?:\\.[^"\\]*)*'
_NGINX = re.compile(r"\$\{?([a-z0-9_]+)\}?")
_APACHE = re.compile(r"%(?:[<>]|!?\d{3}(?:,\d{3})*)?(?:\{([^}]*)\})?([a-zA-Z%])")
_APACHE_ROLES: dict[str, Role] = {
    "h": "address", "a": "address", "l": "user", "u": "user", "t": "time", "r": "request", "U": "target", "q": "query",
    "f": "target", "C": "cookie", "L": "plain", "A": "plain", "B": "plain", "b": "plain", "D": "plain", "H": "plain", "I": "plain",
    "k": "plain", "m": "plain", "O": "plain", "p": "plain", "P": "plain", "s": "plain", "T": "plain", "v": "plain", "V": "plain", "X": "plain",
}  # fmt: skip

TEMPLATES = {
    "common": '%h %l %u %t "%r" %>s %b',
    "combined": '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"',
    "nginx": '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$http_x_forwarded_for"',
    "vhost": '%v:%p %h %l %u %t "%r" %>s %O "%{Referer}i" "%{User-Agent}i"',
    "alb": (
        "$kind $time $elb ${client_ip}:${client_port} $target_address $request_processing $target_processing $response_processing $status "
        '$target_status $bytes_read $bytes_sent "$request" "$http_user_agent" $ssl_cipher $ssl_protocol'
    ),
    "elb": (
        "$time $elb ${client_ip}:${client_port} $target_address $request_processing $target_processing $response_processing $status "
        '$target_status $bytes_read $bytes_sent "$request" "$http_user_agent" $ssl_cipher $ssl_protocol'
    ),
}
"""Known formats: Apache's and nginx's own, Debian's ``vhost_combined``, and Amazon's load balancers."""
_OPEN_ENDED = frozenset({"common", "combined", "alb", "elb"})
"""Formats behind which further fields may stand: those are searched like any text."""
_PLAIN_NAMES = frozenset(
    {
        "kind",
        "elb",
        "target_address",
        "request_processing",
        "target_processing",
        "response_processing",
        "target_status",
    }
)


class Layout(Protocol):
    """What reads the lines of one format."""

    name: str

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles of its fields."""

    def rewrite(self, line: bytes, change: Change) -> bytes | None:
        """Return the line (without its end) with each field changed; None where it is not of this format."""


class PatternLayout:
    """A format that a regular expression describes, one group for each field that is changed."""

    def __init__(self, name: str, pattern: str, roles: tuple[Role, ...]) -> None:
        self.name = name
        self.roles = roles
        self._match = re.compile(pattern.encode()).fullmatch
        self._fields = tuple(enumerate(roles, 1))

    def rewrite(self, line: bytes, change: Change) -> bytes | None:
        """Return the line with each field changed; None where it is not of this format."""
        found = self._match(line)
        if found is None:
            return None
        parts = []
        at = 0
        for number, role in self._fields:
            function = change.get(role)
            start, end = found.span(number)
            if function is None or start == end:
                continue
            parts.append(line[at:start])
            parts.append(function(line[start:end]))
            at = end
        parts.append(line[at:])
        return b"".join(parts)


class ColumnLayout:
    """IIS and other writers of W3C extended logs: columns by spaces, as the last ``#Fields:`` line names them."""

    name = "w3c"

    def __init__(self, columns: tuple[str, ...]) -> None:
        self.roles = tuple(role_of(column) for column in columns)

    def rewrite(self, line: bytes, change: Change) -> bytes | None:
        """Return the line with each column changed; directives are taken in and stay."""
        if line.startswith(b"#"):
            if line.startswith(b"#Fields:"):
                self.roles = tuple(role_of(name) for name in line[8:].decode("utf-8", "replace").split())
            return line
        values = line.split(b" ")
        if len(values) != len(self.roles):
            return None
        for number, role in enumerate(self.roles):
            function = change.get(role)
            if function is not None and values[number] != b"-":
                values[number] = function(values[number])
        return b" ".join(values)


def named(name: str) -> PatternLayout:
    """Return a known format, or one that is written in nginx's or Apache's own words; raises `ConfigError`."""
    if name in TEMPLATES:
        return from_template(TEMPLATES[name], name=name, open_ended=name in _OPEN_ENDED)
    if "$" in name or "%" in name:
        return from_template(name, name="custom")
    raise ConfigError(
        f"--format {name!r}: is no known format.",
        hint=f"Give one of {', '.join(TEMPLATES)}, json, w3c, or the log_format (LogFormat) of your server.",
    )


def from_template(template: str, *, name: str, open_ended: bool = False) -> PatternLayout:
    """Return the format that a template of nginx (``$name``) or Apache (``%x``) describes; raises `ConfigError`."""
    template = template.replace('\\"', '"').strip()
    is_nginx = "$" in template
    parts: list[str] = []
    roles: list[Role] = []
    at = 0
    for found in (_NGINX if is_nginx else _APACHE).finditer(template):
        parts.append(re.escape(template[at : found.start()]))
        at = found.end()
        if not is_nginx and found[2] == "%":
            parts.append("%")
            continue
        role = _nginx_role(found[1]) if is_nginx else _apache_role(found[1] or "", found[2])
        roles.append(role)
        if not is_nginx and found[2] == "t":
            parts.append(r"\[([^\]]*)\]")
        else:
            parts.append(f"({_width(template, found.start(), at)})")
    if not {"address", "request", "target"} & set(roles):
        raise ConfigError(
            f"--format {template!r}: has neither an address nor a request.",
            hint="Write it as in the server's configuration: '$remote_addr [$time_local] \"$request\"', or '%h %t \"%r\"'.",
        )
    parts.append(re.escape(template[at:]))
    if open_ended:
        parts.append("(?: (.+))?")
        roles.append("other")
    return PatternLayout(name, "(?s:" + "".join(parts) + r")\s*", tuple(roles))


def _width(template: str, start: int, end: int) -> str:
    """Return the pattern of a value by what stands around it."""
    after = template[end : end + 1]
    if template[start - 1 : start] == '"' and after == '"':
        return _QUOTED
    if after == "]":
        return r"[^\]]*"
    if after == ":":  # an address and its port: an IPv6 address has colons too
        return r"\S*"
    return r"\S+(?:, \S+)*" if after in {"", " "} else r"[^" + re.escape(after) + r"]*"


def _nginx_role(name: str) -> Role:
    return "plain" if name in _PLAIN_NAMES else role_of(name)


def _apache_role(name: str, letter: str) -> Role:
    if letter in {"i", "o", "e", "n", "x"} and name:
        return role_of(name)
    return _APACHE_ROLES.get(letter, "other")
