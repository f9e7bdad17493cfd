"""Which service sent a message, and which addresses in it tell of an opening or a click (``[[service.mail]]``).

A sender puts a service's addresses under a name of his own, so that paths are looked for on every host, after those that
are known by their host.
"""

from __future__ import annotations

import re
from functools import lru_cache

from scanner.knowledge.index import Knowledge, split
from scanner.knowledge.model import Hosts, RequestRule, Service


class MailRules:
    """The tables for mail of all services, indexed; immutable once made."""

    def __init__(self, services: tuple[Service, ...]) -> None:
        self._opens: list[tuple[Hosts, RequestRule]] = []
        self._clicks: list[tuple[Hosts, RequestRule]] = []
        self._headers: dict[str, list[tuple[re.Pattern[str] | None, Service]]] = {}
        self._senders: list[tuple[Hosts, Service]] = []
        for service in services:
            for table in service.mail:
                hosts = Hosts(table.hosts)
                self._opens += [(hosts, _rule(service, "opens", one)) for one in table.opens]
                self._clicks += [(hosts, _rule(service, "clicks", one)) for one in table.clicks]
                if table.senders:
                    self._senders.append((Hosts(table.senders), service))
                for header in table.headers:
                    name, colon, text = header.partition(":")
                    pattern = _text(text.strip()) if colon else None
                    self._headers.setdefault(name.strip().lower(), []).append((pattern, service))
        for rules in (self._opens, self._clicks):
            rules.sort(key=lambda one: (bool(one[0]), len(one[1].path), len(one[1].query)), reverse=True)

    @staticmethod
    @lru_cache(maxsize=4)
    def of(knowledge: Knowledge) -> MailRules:
        """Return the rules of a knowledge, made once."""
        return MailRules(knowledge.services)

    def opened(self, url: str) -> Service | None:
        """Return whose picture it is that tells of an opening."""
        return _find(self._opens, url)

    def clicked(self, url: str) -> Service | None:
        """Return through whose counter a link leads."""
        return _find(self._clicks, url)

    def by_header(self, name: str, value: str) -> Service | None:
        """Return who writes such a header."""
        for pattern, service in self._headers.get(name.lower(), ()):
            if pattern is None or pattern.search(value[:2_000]):
                return service
        return None

    def by_sender(self, host: str) -> Service | None:
        """Return whose domain signs, bounces or relays so."""
        host = host.lower().strip(".")
        return next((service for hosts, service in self._senders if hosts.cover(host)), None)

    def example(self, text: str) -> Service | None:
        """Return what claims an example of a rule file: an address, a header with its value, or a sender's domain."""
        if text.startswith(("https://", "http://")):
            return self.opened(text) or self.clicked(text)
        name, colon, value = text.partition(":")
        return self.by_header(name, value.strip()) if colon else self.by_sender(text)


def _rule(service: Service, kind: str, address: str) -> RequestRule:
    path, _, query = address.partition("?")
    return RequestRule(
        id=f"{service.id}.mail.{kind}.{address}",
        service=service,
        category=service.category,
        host="",
        path=path,
        query=tuple(filter(None, query.split("&"))),
        purpose=service.purpose,
    )


def _find(rules: list[tuple[Hosts, RequestRule]], url: str) -> Service | None:
    host, path, query = split(url)
    for hosts, rule in rules:
        if (not hosts or hosts.cover(host)) and rule.accepts(path, query):
            return rule.service
    return None


def _text(pattern: str) -> re.Pattern[str]:
    return re.compile("^" + ".*".join(map(re.escape, pattern.split("*"))) + "$", re.IGNORECASE | re.DOTALL)
