"""The JSON Schema of report.json, made from the structures that write it.

Where the structures hold a plain object (`tool`, `summary`, a finding's evidence, a signal's values), its fields are named
here. A reader meets further fields in a later version (one is added, none renamed), so that no object is closed.
"""

from __future__ import annotations

from typing import Any, cast

import msgspec

from consent.model.categories import Category, ConsentState
from scanner.report import SCHEMA, Report, Severity
from scanner.tcf import TcString

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_REF = "#/$defs/{name}"

Scalar = str | int | float | bool | None


class KnowledgeSource(msgspec.Struct, omit_defaults=True):
    """A filter list or an import that named things, with its digest."""

    title: str
    date: str
    licence: str
    sha256: str
    version: str = ""


class BrowserTest(msgspec.Struct):
    """What the browser proved before the scan."""

    third_party_cookies: bool
    webdriver_hidden: bool
    user_agent: str
    client_hints: str


class Tool(msgspec.Struct, omit_defaults=True):
    """What made the report. Those that end with a recording have its recorder instead of a browser's settings."""

    name: str = ""
    version: str = ""
    command: list[str] = []
    browser: str = ""
    browser_version: str = ""
    playwright: str = ""
    user_agent: str = ""
    viewport: list[int] = []
    locale: str = ""
    selftest: BrowserTest | None = None
    settings: dict[str, Any] = {}
    robots_disallowed: int = 0
    notes: list[str] = []
    knowledge: list[KnowledgeSource] = []
    source: str = ""
    recorded_by: str = ""
    har_version: str = ""
    entries: int = 0
    recording: Recorded | None = None
    partial: BrokenOff | None = None


class BrokenOff(msgspec.Struct):
    """Why a scan that was continued could not be brought to its end, and how many planned pages each state lacks."""

    why: list[str]
    pages_missing: dict[ConsentState, int]


class Recorded(msgspec.Struct):
    """The file from which a report was imported, by which its owner can prove it."""

    file: str
    bytes: int
    sha256: str


class PageCounts(msgspec.Struct):
    """Pages that were planned, and how many of them were measured; ``documents`` are links that led to a download."""

    planned: int
    measured: int
    failed: int
    documents: int = 0


class Summary(msgspec.Struct, omit_defaults=True):
    """Counts and the verdict. ``items`` and ``third_party_requests``: category, then state (and ``all``), then count."""

    verdict: str
    verdict_text: str
    pages: PageCounts
    states: dict[ConsentState, str]
    items: dict[Category, dict[str, int]]
    third_party_requests: dict[Category, dict[str, int]]
    third_party_hosts: int
    services: int
    services_without_consent: dict[ConsentState, int]
    findings: dict[Severity, int]
    rules: dict[str, int]


class Evidence(msgspec.Struct, omit_defaults=True):
    """What proves a finding; each rule adds what it needs to these."""

    kind: str = ""
    category: Category = Category.UNCLASSIFIED
    count: int = 0
    names: list[str] = []
    hosts: list[str] = []
    urls: list[str] = []
    pages: list[str] = []
    page_count: int = 0
    initiators: list[str] = []
    set_via: list[str] = []
    first_ms: float = 0.0
    states: list[str] = []


class GoogleValues(msgspec.Struct, omit_defaults=True):
    """Google Consent Mode: type to ``granted`` or ``denied``, as the default, the update, and what holds now."""

    default: dict[str, str] = {}
    update: dict[str, str] = {}
    now: dict[str, str] = {}
    default_after_tag: bool = False
    regions: bool = False


class GoogleRequestValues(msgspec.Struct, omit_defaults=True):
    """What Google's own requests carry of the consent: ``gcs`` and ``gcd`` as sent, and by type of storage."""

    gcs: str = ""
    gcd: str = ""
    now: dict[str, str] = {}
    history: dict[str, str] = {}
    letters: str = ""
    further: dict[str, str] = {}


class DataLayerValues(msgspec.Struct, omit_defaults=True):
    """What lies in data layers: their names, the names of events with their number, and the names of keys."""

    layers: list[str] = []
    events: dict[str, int] = {}
    keys: list[str] = []


class TcfValues(msgspec.Struct, omit_defaults=True):
    """What the IAB TCF interface answered; what its string says stands beside it (`TcString`)."""

    status: str = ""
    display: str = ""
    event: str = ""
    gdpr_applies: Scalar = None
    cmp_id: Scalar = None
    policy: Scalar = None
    string: str = ""
    error: str = ""


class GppValues(msgspec.Struct, omit_defaults=True):
    """What the IAB GPP interface answered."""

    status: str = ""
    signal: str = ""
    sections: list[str] = []
    supported: list[str] = []
    string: str = ""
    decoded: Any = None
    error: str = ""


class UsPrivacyValues(msgspec.Struct, omit_defaults=True):
    """The US Privacy string."""

    string: str = ""


class QueuedValues(msgspec.Struct, omit_defaults=True):
    """Microsoft's and Meta's interfaces: the calls as they were queued, and what they come to."""

    calls: list[str] = []
    now: dict[str, str] = {}
    loaded: Scalar = None


_VALUES: dict[str, type[msgspec.Struct]] = {
    "google_consent_mode": GoogleValues,
    "google_requests": GoogleRequestValues,
    "data_layer": DataLayerValues,
    "tcf": TcfValues,
    "gpp": GppValues,
    "us_privacy": UsPrivacyValues,
    "microsoft_uet": QueuedValues,
    "microsoft_clarity": QueuedValues,
    "meta_pixel": QueuedValues,
}


def report_schema() -> dict[str, Any]:
    """Return the schema of report.json as JSON Schema, draft 2020-12."""
    shapes = (Report, Tool, Summary, Evidence, TcString, *dict.fromkeys(_VALUES.values()))
    _, defs = msgspec.json.schema_components(shapes, ref_template=_REF)
    report = defs.pop("Report")
    report["properties"]["schema"] = {"const": SCHEMA}
    report["properties"]["tool"] = {"$ref": "#/$defs/Tool"}
    # A report that was not judged yet has an empty one.
    report["properties"]["summary"] = {
        "anyOf": [{"$ref": "#/$defs/Summary"}, {"type": "object", "maxProperties": 0}]
    }
    report["required"] = ["schema", *report["required"]]
    defs["Finding"]["properties"]["evidence"] = {"$ref": "#/$defs/Evidence"}
    _mix_in_the_string(defs)
    defs["Signal"]["properties"]["api"] = {"enum": list(_VALUES)}
    defs["Signal"]["allOf"] = [
        {
            "if": {"properties": {"api": {"const": api}}},
            "then": {"properties": {"values": {"$ref": f"#/$defs/{shape.__name__}"}}},
        }
        for api, shape in _VALUES.items()
    ]
    schema = {
        "$schema": DIALECT,
        "title": "Consentry scan report",
        "description": f"report.json of Consentry, schema version {SCHEMA}. Fields are added, never renamed or removed.",
    }
    return (
        schema
        | {key: value for key, value in report.items() if key != "title"}
        | {"$defs": dict(sorted(defs.items()))}
    )


def encode_schema() -> bytes:
    """Return the schema as indented JSON with a final newline."""
    return msgspec.json.format(msgspec.json.encode(report_schema()), indent=2) + b"\n"


def _mix_in_the_string(defs: dict[str, Any]) -> None:
    """A TCF signal's values hold what its string says beside what the interface answered; the string's word counts."""
    said = cast("dict[str, Any]", defs.pop("TcString")["properties"])
    answered = cast("dict[str, Any]", defs["TcfValues"]["properties"])
    defs["TcfValues"]["properties"] = said | answered
