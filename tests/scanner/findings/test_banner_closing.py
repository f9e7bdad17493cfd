from __future__ import annotations

from scanner.banners.model import Closing
from scanner.findings.banner_closing import find
from tests.scanner.banners.made import audited, layer, look
from tests.scanner.factories import item, report

CROSS = look(
    first=layer("accept", "reject", "close"), closing=Closing(text="✕", closed=True, stored=("_ga",))
)


def test_a_cross_that_stores_what_needs_consent_is_a_finding() -> None:
    (found,) = find(audited(CROSS, items=(item("_ga"),)))
    assert (found.severity, found.evidence["needing_consent"]) == ("medium", 1)


def test_a_cross_that_stores_only_what_is_necessary_is_none() -> None:
    assert list(find(audited(CROSS))) == []
    assert list(find(report())) == []
