"""What an event says, made fit for its record: the page without what may be private, the visitor's clock, and what a repeat is."""

from __future__ import annotations

from consent.model.errors import RecordError
from consent.model.records import ConsentEvent, ConsentRecord
from consent.times import DAY_MS, canonical_ms, parse_rfc3339, rfc3339

CLOCK_AHEAD_MS = 60_000
CLOCK_BEHIND_MS = 7 * DAY_MS
"""How far a client clock may differ: a minute ahead, or as far behind as the widget keeps an unsent event."""


def cut(page: str) -> tuple[str, str]:
    """Return origin and path: no query, no fragment, no user and password."""
    scheme, _, rest = page.partition("://")
    authority, slash, path = rest.partition("#")[0].partition("?")[0].partition("/")
    return f"{scheme}://{authority.rpartition('@')[2]}", slash + path


def clamped(client_time: str, now: int) -> tuple[str, str | None]:
    """Return the client's time, moved to where it is plausible; and the one that was sent, if it was moved."""
    try:
        canonical = canonical_ms(client_time)
        sent = parse_rfc3339(client_time) if canonical is None else canonical
    except (ValueError, OverflowError):
        raise RecordError(
            "expected an RFC 3339 time with a zone",
            field="client_time",
            hint="Send new Date().toISOString().",
        ) from None
    plausible = min(max(sent, now - CLOCK_BEHIND_MS), now + CLOCK_AHEAD_MS)
    if plausible != sent:
        return rfc3339(plausible), client_time
    return client_time if canonical is not None else rfc3339(sent), None


def same_event(event: ConsentEvent, record: ConsentRecord) -> bool:
    """Whether an event that has a record's ids says what the record says."""
    return (
        event.site,
        event.event,
        event.action,
        event.surface,
        event.notice_version,
        event.categories,
        event.services,
    ) == (
        record.site,
        record.event,
        record.action,
        record.surface,
        record.notice_version,
        record.categories,
        record.services,
    )
