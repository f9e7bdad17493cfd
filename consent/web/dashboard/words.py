"""The words of the dashboard: what codes of the store and the report are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from consent.model.categories import CATEGORIES, Category, ConsentState
from consent.model.records import ConsentRecord, EventKind
from consent.model.scans import ScanRun

VERDICTS: Final = {"violations": "Violations", "incomplete": "Incomplete", "clean": "Clean"}
"""In the order in which they ask for attention."""
VERDICT_TEXTS: Final = {
    "violations": "Things that need consent happen without it.",
    "incomplete": "Not everything could be measured.",
    "clean": "Nothing that needs consent happens without it.",
}
STATES: Final = {
    ConsentState.BEFORE: "Before consent",
    ConsentState.REJECT: "After refusing",
    ConsentState.ACCEPT: "After accepting",
    ConsentState.WITHDRAW: "After withdrawing",
    ConsentState.GPC: "With Global Privacy Control",
}
KINDS: Final = {
    "cookie": "Cookie",
    "local_storage": "Local storage",
    "session_storage": "Session storage",
    "indexed_db": "IndexedDB",
    "cache_storage": "Cache storage",
    "service_worker": "Service worker",
}
PARTIES: Final = {"first": "First party", "third": "Third party"}
CATEGORY_NAMES: Final = {
    str(category): str(category).capitalize() for category in (*CATEGORIES, Category.UNCLASSIFIED)
}
SEVERITIES: Final = {"high": "High", "medium": "Medium", "low": "Low", "info": "Info"}
TRIGGERS: Final = {"schedule": "Scheduled", "dashboard": "Dashboard", "api": "API", "command": "Command"}
ACTIONS: Final = {
    "session.begin": "Signed in",
    "session.end": "Signed out",
    "session.refuse": "Sign-in refused",
    "user.add": "Added a person",
    "user.password": "Set a password",
    "user.remove": "Removed a person",
    "token.create": "Made a token",
    "token.revoke": "Ended a token",
    "knowledge.decide": "Decided about an item",
    "widget.publish": "Published",
    "widget.announce": "Announced a change",
    "widget.announce-end": "Took an announcement back",
    "scan.start": "Started a scan",
    "scan.cancel": "Cancelled a scan",
    "log.search": "Searched the consent log",
    "log.look-up": "Looked an id up",
    "log.read": "Read a record",
    "log.copy": "Took a visitor's copy",
    "log.export": "Exported records",
    "log.anchor": "Exported an anchor",
    "log.erase": "Erased a visitor's records",
    "log.purge": "Erased records whose time is over",
    "log.hold.place": "Placed a legal hold",
    "log.hold.release": "Released a legal hold",
    "rights.read": "Read a visitor's request",
    "statistics.rebuild": "Counted the statistics anew",
}
"""What the actions of the audit are called; one that has no name here is told as it is."""
SUBJECTS: Final = {
    "widget": "Publishing",
    "knowledge": "Decisions about items",
    "log": "Consent log",
    "rights": "Requests of visitors",
    "scan": "Scans",
    "user": "People",
    "token": "Tokens",
    "session": "Sign-ins",
}
"""What an action of the audit is about, by what stands before its first dot."""
_ASKED: Final = {
    "expected at most": "it may have at most",
    'expected "A" or "B" (WP194)': "choose criterion A or B",
    "expected a day": "choose a day",
    "expected an address": "give an address",
    "expected one in": "write one in",
    "expected one of": "choose one of",
    "expected what": "say what",
    "expected why": "say why",
}
"""What a program is told to have been expected, as a person at a form is asked for it."""
_LIFETIMES: Final = (
    (86_400.0 * 365, "year"),
    (86_400.0 * 30, "month"),
    (86_400.0, "day"),
    (3_600.0, "hour"),
    (60.0, "minute"),
)
_OFF: Final = 0.03
"""By which part a lifetime may be told too long or too short: rules are about months, such as CNIL's 13."""


def tone_of(run: ScanRun | None) -> str:
    """Return the class in whose colours a scan is shown."""
    if run is None:
        return "unknown"
    if run.status in {"queued", "running"}:
        return "running"
    return run.verdict or ("incomplete" if run.status == "failed" else "unknown")


def status_of(run: ScanRun | None) -> str:
    """Return how a scan stands in a word or two."""
    if run is None:
        return "Never scanned"
    if run.status == "finished":
        return VERDICTS.get(run.verdict, "Finished")
    return {"queued": "Waiting", "running": "Running", "failed": "Failed"}[run.status]


def kind_of(kind: str) -> str:
    """Return what a kind of storage is called."""
    return KINDS.get(kind, kind.replace("_", " ").capitalize())


def state_of(state: str) -> str:
    """Return what a consent state is called; a word that is none stays as it is."""
    return next((text for key, text in STATES.items() if key == state), state)


def lifetime_of(seconds: float | None) -> str:
    """Return a lifetime in the largest unit that tells it well: ``13 months`` and not ``1 year``; None means until the browser is closed."""
    if seconds is None:
        return "Session"
    for size, word in _LIFETIMES:
        amount = round(seconds / size)
        if seconds >= size and (abs(seconds / size - amount) <= _OFF * amount or word == _LIFETIMES[-1][1]):
            return f"{amount} {word if amount == 1 else f'{word}s'}"
    return f"{max(round(seconds), 0)} seconds"


def duration_of(milliseconds: int) -> str:
    """Return how long something took: ``42 s``, ``3 min 5 s``, ``1 h 20 min``."""
    seconds = max(milliseconds, 0) // 1000
    if seconds < 60:
        return f"{seconds} s"
    minutes, seconds = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes} min {seconds} s"
    return f"{minutes // 60} h {minutes % 60} min"


def granted(categories: Mapping[Category, str]) -> str:
    """Return which categories were granted beside the necessary one, in a few words."""
    chosen = [CATEGORY_NAMES[name].lower() for name in CATEGORIES[1:] if categories.get(name) == "granted"]
    if len(chosen) == len(CATEGORIES) - 1:
        return "everything"
    return ", ".join(chosen) or "nothing but the necessary"


def outcome_of(record: ConsentRecord) -> str:
    """Return what a record granted in a few words; that a notice was shown is no decision."""
    return "no decision" if record.event is EventKind.NOTICE_SHOWN else granted(record.categories)


def asked(problem: str) -> str:
    """Return what is wrong with a field as a sentence for who has filled it in."""
    for told, said in _ASKED.items():
        if problem.startswith(told):
            problem = said + problem.removeprefix(told)
            break
    return problem[:1].upper() + problem[1:] + ("" if problem.endswith(("?", ".")) else ".")
