"""The contract of what the review and publishing ask a store, on every store."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest

from consent.model.categories import Category
from consent.model.scans import ScanChange, ScanRun
from consent.store import Store, open_store, store_modules
from consent.store.entries import DecisionRow, NewPublication
from tests.consent.store.test_contract_scans import DONE, a_run, item


@pytest.fixture(params=store_modules())
def url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    store = await open_store(url)
    yield store
    await store.close()


async def scanned(store: Store, site: str, *names: str, **fields: object) -> ScanRun:
    """A finished scan in which these are unclassified; one that ends in ``!`` is reopened, ``_ga`` is neither."""
    run = msgspec.structs.replace(a_run(site), **DONE)
    items = [
        item(name.rstrip("!"), category=Category.PERFORMANCE if name.endswith("!") else Category.UNCLASSIFIED, reopened=name.endswith("!"))
        for name in names
    ]  # fmt: skip
    await store.record_scan(run, [item(), *items], ScanChange(), {})
    return run


async def test_what_waits_for_a_decision_is_of_the_last_scan_of_each_site(store: Store) -> None:
    await scanned(store, "larkspur", "gone", "stays")
    await scanned(store, "larkspur", "stays", "again!")
    await scanned(store, "thyme", "stays")
    await scanned(store, "rowan")
    everywhere = await store.items_to_review(None, limit=10)
    assert [(site, one.name) for site, one in everywhere] == [
        ("larkspur", "again"), ("larkspur", "stays"), ("thyme", "stays"),
    ]  # fmt: skip
    assert [one.name for _, one in await store.items_to_review("larkspur", limit=10)] == ["again", "stays"]
    assert len(await store.items_to_review(None, limit=2)) == 2
    called = await store.items_to_review(None, kind="cookie", name="stays", limit=10)
    assert [(site, one.name) for site, one in called] == [("larkspur", "stays"), ("thyme", "stays")]
    assert await store.items_to_review("thyme", kind="local_storage", name="stays", limit=10) == []
    assert await store.items_to_review("rowan", limit=10) == []


async def test_publications_of_a_site_are_listed_with_who_made_them(store: Store) -> None:
    for number, (site, actor) in enumerate((("larkspur", "user:ada"), ("thyme", "server"), ("larkspur", ""))):
        new = NewPublication(site, "s", f"n{number}", b"{}", f"i{number}", b"{}", actor)
        await store.publish(new, number)
    found = await store.site_publications("larkspur", limit=10)
    assert [(one.notice_version, one.published_by) for one in found] == [("n2", ""), ("n0", "user:ada")]
    assert await store.site_publications("larkspur", limit=1) == found[:1]
    assert await store.site_publications("larkspur", before=found[0].id, limit=5) == found[1:]
    assert [one.published_by for one in await store.publications()] == ["", "server"]


async def test_what_was_decided_about_a_name_is_found_at_every_site(store: Store) -> None:
    def row(site: str, name: str, decided: int, category: str | None = "performance") -> DecisionRow:
        return DecisionRow(
            site, "cookie", name, "tea.example", category, None, "", "Counts.", "", "ada", decided, "", ""
        )

    await store.decide(
        [
            row("larkspur", "_ga", 1),
            row("thyme", "_ga", 2),
            row("larkspur", "_ga", 3),
            row("rowan", "_ga", 4),
            row("thyme", "_gid", 5),
        ]
    )
    await store.decide([row("rowan", "_ga", 6, None)])
    found = await store.decisions_about("cookie", "_ga")
    assert [(one.site, one.decided) for one in found] == [("larkspur", 3), ("thyme", 2)]
    assert await store.decisions_about("local_storage", "_ga") == []
