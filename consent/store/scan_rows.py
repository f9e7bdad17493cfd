"""How scans lie in a table's columns: the same order of the same columns in every store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
import zstandard

from consent.model.categories import ConsentState
from consent.model.scans import ItemFilter, ItemKey, ScanChange, ScanFindings, ScanItem, ScanRun

_LEVEL = 9
"""Of zstd: a report of 1 MB takes 60 KB and a few hundredths of a second."""

_FINDINGS = ScanFindings.__struct_fields__
_FIELDS = tuple(name for name in ScanRun.__struct_fields__ if name != "findings")
RUN_COLUMNS = (*(f'"{name}"' for name in _FIELDS), *_FINDINGS)
RUN = ", ".join(RUN_COLUMNS)

# ruff: noqa: S608 - what is joined into the statement are names of this module
FAILURES = f"""
SELECT {RUN} FROM scan_run WHERE scan_id IN (
  SELECT min(scan_id) FROM scan_run AS failed WHERE status = 'failed' AND worker <> '' AND scan_id > coalesce((
    SELECT result.scan_id FROM scan_run AS result WHERE result.site = failed.site AND result.number IS NOT NULL
    ORDER BY result.number DESC LIMIT 1), '')
  GROUP BY site)
AND NOT EXISTS (SELECT 1 FROM alert WHERE alert.scan_id = scan_run.scan_id) ORDER BY site
"""
"""The first failed run of each site since its last result, where no alert tells of it yet; the same in both databases."""

RESULT_COLUMNS = (
    "number", "verdict", "items", "unclassified", "new", "gone", "changed", "worse", "report_sha256", *_FINDINGS,
)  # fmt: skip
"""What is known of a finished run alone."""

ITEM_COLUMNS = (
    "kind", "name", "host", "category", "party", "vendor", "service", "states", "reopened", "content",
)  # fmt: skip
ITEM = ", ".join(ITEM_COLUMNS)

CHANGE = "change.json"
"""The change is kept as the artefacts are."""


def run_row(run: ScanRun) -> tuple[Any, ...]:
    """Return a run's values in the order of `RUN_COLUMNS`."""
    values = [getattr(run, name) for name in _FIELDS]
    values[_FIELDS.index("states")] = " ".join(run.states)
    return (*values, *(getattr(run.findings, name) for name in _FINDINGS))


def run_of(row: Sequence[Any]) -> ScanRun:
    """Return the run of a row of `RUN_COLUMNS`."""
    fields = dict(zip(_FIELDS, row, strict=False))
    fields["states"] = tuple(ConsentState(state) for state in fields["states"].split())
    findings = ScanFindings(**dict(zip(_FINDINGS, row[len(_FIELDS) :], strict=True)))
    return ScanRun(**fields, findings=findings)


def result_row(run: ScanRun) -> tuple[Any, ...]:
    """Return a run's values in the order of `RESULT_COLUMNS`."""
    values = dict(zip(RUN_COLUMNS, run_row(run), strict=True))
    return tuple(values.get(name, values.get(f'"{name}"')) for name in RESULT_COLUMNS)


def item_row(item: ScanItem) -> tuple[Any, ...]:
    """Return an item's values in the order of `ITEM_COLUMNS`; states have a space on either side, to be found by."""
    return (
        item.kind, item.name, item.host, str(item.category), str(item.party), item.vendor, item.service,
        f" {' '.join(item.states)} ", int(item.reopened), msgspec.json.encode(item),
    )  # fmt: skip


def item_of(content: bytes) -> ScanItem:
    """Return the item that a row's ``content`` holds."""
    return msgspec.json.decode(content, type=ScanItem)


def key_of(row: Sequence[Any]) -> tuple[str, str, str]:
    """Return kind, name and host of a row of `ITEM_COLUMNS`: what names an item over time."""
    return row[0], row[1], row[2]


class Condition(NamedTuple):
    """A condition with ``{}`` for each parameter's mark."""

    sql: str
    parameters: tuple[Any, ...]


def conditions(wanted: ItemFilter, after: ItemKey | None) -> list[Condition]:
    """Return what must hold of the rows of the wanted items."""
    found: list[Condition] = []
    if wanted.category is not None:
        found.append(Condition("category = {}", (str(wanted.category),)))
    if wanted.kind:
        found.append(Condition("kind = {}", (wanted.kind,)))
    if wanted.party is not None:
        found.append(Condition("party = {}", (str(wanted.party),)))
    if wanted.state is not None:
        found.append(Condition("states LIKE {}", (f"% {wanted.state} %",)))
    if wanted.reopened is not None:
        found.append(Condition("reopened = {}", (int(wanted.reopened),)))
    if wanted.text:
        text = wanted.text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        joined = "lower(name || ' ' || host || ' ' || vendor || ' ' || service)"
        found.append(Condition(f"{joined} LIKE {{}} ESCAPE '\\'", (f"%{text}%",)))
    if after is not None:
        found.append(Condition("(host, name, kind) > ({}, {}, {})", (after.host, after.name, after.kind)))
    return found


def stored_artefacts(change: ScanChange, artefacts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return what is kept with a finished scan, compressed."""
    named = {**artefacts, CHANGE: msgspec.json.encode(change)}
    compress = zstandard.ZstdCompressor(level=_LEVEL).compress
    return {name: compress(content) for name, content in named.items()}


def unpacked(stored: bytes) -> bytes:
    """Return an artefact as it was."""
    return zstandard.ZstdDecompressor().decompress(stored)


def by_site(runs: Iterable[ScanRun]) -> dict[str, list[ScanRun]]:
    """Return runs by their site, in the order in which they came."""
    found: dict[str, list[ScanRun]] = {}
    for run in runs:
        found.setdefault(run.site, []).append(run)
    return found
