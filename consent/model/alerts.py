"""Who is told what a scan changed: the tables ``[server.smtp]`` and ``[sites.<id>.alerts]``, and an alert as it is sent.

Secrets never stand in sites.toml: a setting that holds one names where it is, as ``env:NAME`` or ``file:/path``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from consent.model.errors import ConfigError
from consent.model.scans import ScanChangeEntry, ScanFindings

AlertType = Literal["scan.changed", "scan.failed", "rights.due"]
Channel = Literal["email", "webhook", "slack"]
SecretRef = Annotated[
    str, Meta(pattern=r"^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$", description='"env:NAME" or "file:/path"')
]
Address = Annotated[
    str,
    Meta(pattern=r"^[^\s@,;<>]+@[^\s@,;<>]+$", description="an e-mail address such as privacy@shop.example"),
]
Webhook = Annotated[
    str,
    Meta(
        pattern=r"^(https?://[^\s/]+|env:|file:)",
        description='a URL, or "env:NAME" or "file:/path" that holds one',
    ),
]
_LARGEST_SECRET = 4_096


class SmtpSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The mail server that sends alerts, and ``sender``, whom they come from.

    ``security``: ``starttls`` (port 587), ``tls`` from the first byte (465), or ``none`` for a server on the same machine.
    """

    host: str
    sender: Address
    port: Annotated[int, Meta(ge=1, le=65_535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password: SecretRef | None = None


class AlertSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is told after a scan that found something else than the one before.

    ``when``: on every change, or only where something got ``worse``. ``webhooks`` get signed JSON, ``slack`` names incoming
    webhooks of Slack or of what takes the same JSON (Mattermost, Rocket.Chat). They are also reminded of requests of visitors
    that are due within ``rights_days``, once each; 0 switches that off.
    """

    when: Literal["change", "worse"] = "change"
    rights_days: Annotated[int, Meta(ge=0, le=31)] = 7
    email: tuple[Address, ...] = ()
    webhooks: tuple[Webhook, ...] = ()
    slack: tuple[SecretRef, ...] = ()

    def targets(self) -> Iterator[tuple[Channel, str]]:
        """Yield each channel and target, in the order of the file."""
        for address in self.email:
            yield "email", address
        for url in self.webhooks:
            yield "webhook", url
        for url in self.slack:
            yield "slack", url


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """What one scan changed, why it failed, or which request of a visitor is due, as a webhook gets it; a field is added, never renamed.

    ``changes`` are at most 50, without what comes and goes from scan to scan; ``more`` says how many were left out. ``url``
    is the scan in the dashboard, empty where the server's public address is not set. ``message`` says why a scan failed, which
    has no number, verdict, findings or changes (0 and empty). ``request_id`` and ``due`` (RFC 3339) tell of a request, which has
    no scan; nothing else is told of it.
    """

    schema: int = 1
    type: AlertType = "scan.changed"
    site: str
    site_name: str
    scan_id: str
    number: int
    finished: str
    verdict: str
    findings: ScanFindings
    unclassified: int
    worse: tuple[str, ...] = ()
    changes: tuple[ScanChangeEntry, ...] = ()
    more: int = 0
    url: str = ""
    message: str = ""
    request_id: str = ""
    due: str = ""


def secret(reference: str, where: str) -> str:
    """Return what ``env:NAME`` or ``file:/path`` holds; anything else is returned as it is.

    Raises `ConfigError`, which names ``where``, if there is nothing.
    """
    kind, _, place = reference.partition(":")
    if kind == "env":
        value = os.environ.get(place, "")
        if not value:
            raise ConfigError(f"{where}: the environment has no {place}.", hint=f"Set {place}.")
        return value
    if kind == "file":
        try:
            value = Path(place).read_text(encoding="utf-8")[:_LARGEST_SECRET].strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{where}: {place} cannot be read: {error}.") from error
        if not value:
            raise ConfigError(f"{where}: {place} is empty.", hint="Write the secret on its first line.")
        return value
    return reference


def alert_problems(alerts: AlertSettings, *, smtp: bool) -> Iterator[str]:
    """Yield what is wrong, each as ``.key: what was expected``; ``smtp`` says whether a mail server is set."""
    if alerts.email and not smtp:
        yield ".email: expected a [server.smtp] table that says which mail server sends them"
    for key in ("webhooks", "slack", "email"):
        values = getattr(alerts, key)
        if len(set(values)) < len(values):
            yield f".{key}: expected each target once"
    for url in alerts.webhooks:
        if re.match(r"^(env|file):", url) and not re.match(r"^(env:[A-Za-z_]\w*|file:.+)$", url):
            yield f'.webhooks: expected "env:NAME" or "file:/path", got {url!r}'
