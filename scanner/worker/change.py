"""The difference between two reports in the form in which it is stored with the newer one."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Literal

import msgspec

from consent.model.scans import ScanChange, ScanChangeEntry
from scanner.diff import Changes, ItemEntry, ServiceEntry, Subject
from scanner.flapping import subject_of_stored
from scanner.report import Finding


def change_of(changes: Changes, unsteady: Container[Subject] = ()) -> ScanChange:
    """Return what `scanner.diff.diff` found as it is stored; what is ``unsteady`` is marked as flapping."""
    entries = (
        msgspec.structs.replace(one, flapping=True) if subject_of_stored(one) in unsteady else one
        for one in _entries(changes)
    )
    return ScanChange(
        previous=changes.old_scan, entries=tuple(entries), worse=changes.worse, notes=changes.notes
    )


def _entries(changes: Changes) -> Iterator[ScanChangeEntry]:
    for item in changes.items_new:
        yield _of_item("new", item)
    for item in changes.items_gone:
        yield _of_item("gone", item)
    for changed in changes.items_changed:
        for one in changed.changes:
            yield _of_item("changed", changed.item, field=one.field, old=one.old, new=one.new)
    for service in changes.services_new:
        yield _of_service("new", service)
    for service in changes.services_gone:
        yield _of_service("gone", service)
    for finding in changes.findings_new:
        yield _of_finding("new", finding)
    for finding in changes.findings_gone:
        yield _of_finding("gone", finding)


def _of_item(
    what: Literal["new", "gone", "changed"], item: ItemEntry, *, field: str = "", old: str = "", new: str = ""
) -> ScanChangeEntry:
    return ScanChangeEntry(
        what=what,
        subject="item",
        kind=item.kind,
        name=item.name,
        host=item.host,
        category=str(item.category),
        field=field,
        old=old,
        new=new,
        page=item.first_page,
        initiator=item.setter,
    )


def _of_service(what: Literal["new", "gone"], service: ServiceEntry) -> ScanChangeEntry:
    return ScanChangeEntry(what=what, subject="service", name=service.service, category=str(service.category))


def _of_finding(what: Literal["new", "gone"], finding: Finding) -> ScanChangeEntry:
    return ScanChangeEntry(
        what=what,
        subject="finding",
        name=finding.subject,
        rule=finding.rule,
        severity=finding.severity,
        title=finding.title,
        page=finding.page,
    )
