"""Access logs with one JSON object a line (Caddy, Traefik, nginx's escape=json, cloud services)."""

from __future__ import annotations

from typing import Any

import msgspec

from scanner.accesslogs.layouts import Change
from scanner.accesslogs.roles import Role, role_of

_MAX_DEPTH = 12


class JsonLayout:
    """Fields by their keys, at any depth; a key that is not known is searched like any text."""

    name = "json"

    def __init__(self) -> None:
        self._seen: dict[str, Role] = {}

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles of the keys that were met."""
        return tuple(self._seen.values())

    def rewrite(self, line: bytes, change: Change) -> bytes | None:
        """Return the object with each value changed; None for what is no object."""
        try:
            entry = msgspec.json.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        if not isinstance(entry, dict):
            return None
        return msgspec.json.encode(self._object(entry, change, 0))

    def _object(self, entry: dict[str, Any], change: Change, depth: int) -> dict[str, Any]:
        return {key: self._value(value, self._role(key), change, depth) for key, value in entry.items()}

    def _role(self, key: str) -> Role:
        role = self._seen.get(key)
        if role is None:
            role = role_of(key)
            if len(self._seen) < 10_000:
                self._seen[key] = role
        return role

    def _value(self, value: Any, role: Role, change: Change, depth: int) -> Any:
        if isinstance(value, str):
            function = change.get(role)
            return function(value.encode()).decode("utf-8", "replace") if function and value else value
        if depth >= _MAX_DEPTH:
            return None  # what is too deep to be looked at is not passed on
        if isinstance(value, dict):
            return self._object(value, change, depth + 1)
        if isinstance(value, list):
            return [self._value(one, role, change, depth + 1) for one in value]
        if (
            role in {"time", "user", "geo", "port"}
            and not isinstance(value, bool)
            and isinstance(value, int | float)
        ):
            function = change.get(role)
            changed = function(str(value).encode()) if function else b""
            return value if role == "time" or not function else changed.decode()
        return value
