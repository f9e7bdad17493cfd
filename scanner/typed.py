"""From what was typed, and where it was seen leaving, to the report's keystrokes."""

from __future__ import annotations

from collections.abc import Iterable

from consent.model.categories import Category, Party
from scanner.classify import Classifier
from scanner.observations import Observation
from scanner.parties import party_of
from scanner.report import Keystroke

MAX_REPORTED = 400


def keystrokes_of(
    seen: Iterable[Observation], classifier: Classifier, *, site_host: str, own_hosts: tuple[str, ...] = ()
) -> tuple[Keystroke, ...]:
    """Return one entry for each field and address that its text went to; those that left come first."""
    entries: dict[tuple[str, ...], Keystroke] = {}
    for one in seen:
        if one.kind != "typed":
            continue
        details = one.details
        to = str(details.get("to", ""))
        party = party_of(one.host, site_host, own_hosts) if to else Party.FIRST
        named = classifier.request(to, type="xhr", party=party) if to else None
        entry = Keystroke(
            field=one.name[:80],
            type=str(details.get("type", "")),
            state=one.state,
            page=one.page,
            to=to,
            host=one.host,
            party=party,
            category=named.category if named else Category.UNCLASSIFIED,
            vendor=named.vendor if named else "",
            service=named.service if named else "",
            part=str(details.get("part", "")),
            encoding=str(details.get("encoding", "")),
            search=details.get("search") is True,
            form=str(details.get("form", ""))[:2_000],
            initiators=one.initiators[:8],
        )
        entries.setdefault((entry.state, entry.page, entry.field, entry.type, entry.to, entry.part), entry)
    left = sorted(entries.values(), key=lambda entry: (not entry.to, entry.party is Party.FIRST))
    return tuple(left[:MAX_REPORTED])
