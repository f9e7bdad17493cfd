from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from consent import tokens
from consent.log import ConsentLog, RequestContext, running
from consent.statistics.rollup import RollUp
from consent.store.sqlite import SqliteStore
from consent.tokens import Scope
from tests.consent.factories import client_of, event, published, settings, site

Opened = tuple[TestClient[Any, Any], SqliteStore]
PATH = "/v1/admin/sites/larkspur/statistics"


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Opened]:
    """A server whose log has two accepted, one refused and four displays, and a client that may read larkspur."""
    other = site(id="thyme", url="https://thyme.example/")
    async with published(tmp_path) as (store, version):
        async with running(ConsentLog(store, settings().sites)) as log:
            for kind in ("given", "given", "refused", *["notice_shown"] * 4):
                await log.append(event(version, event=kind), RequestContext())
        async with client_of(store, site(), other) as client:
            made = await tokens.create(store, name="ops", scopes=[Scope.READ], sites=["larkspur"])
            client.session.headers["Authorization"] = f"Bearer {made.secret}"
            yield client, store


async def test_statistics_are_told_of_the_tokens_sites_alone(opened: Opened) -> None:
    client, store = opened
    await RollUp(store).catch_up()
    answer = await client.get(PATH, params={"by": "language"})
    data = (await answer.json())["data"]
    assert answer.status == 200, data
    assert (data["site"], data["by"], data["time_zone"], data["waiting"]) == (
        "larkspur",
        "language",
        "UTC",
        0,
    )
    [english] = data["groups"]
    assert (english["key"], english["accepted"], english["refused"], english["no_decision"]) == (
        "en",
        2,
        1,
        1,
    )
    assert english["rates"]["accepted"]["value"] == pytest.approx(2 / 3)
    assert (await client.get(PATH.replace("larkspur", "thyme"))).status == 404
    assert (await client.get(PATH, headers={"Authorization": "Bearer none"})).status == 401


async def test_a_token_that_may_not_read_is_refused(opened: Opened) -> None:
    client, store = opened
    made = await tokens.create(store, name="deploy", scopes=[Scope.PUBLISH])
    answer = await client.get(PATH, headers={"Authorization": f"Bearer {made.secret}"})
    assert answer.status == 403


async def test_csv_is_named_for_what_it_holds(opened: Opened) -> None:
    client, store = opened
    await RollUp(store).catch_up()
    answer = await client.get(
        PATH, params={"by": "device", "format": "csv", "from": "2020-01-01", "to": "2029-01-01"}
    )
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "larkspur-device-2020-01-01-2029-01-01.csv" in answer.headers["Content-Disposition"]
    [row] = list(csv.DictReader(io.StringIO(await answer.text())))
    assert (row["device"], row["accepted"], row["shown"]) == ("other", "2", "4")


async def test_what_was_not_counted_yet_is_told(opened: Opened) -> None:
    client, _ = opened
    data = (await (await client.get(PATH)).json())["data"]
    assert data["waiting"] >= 7
    assert data["total"]["shown"] == 0


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"by": "moon"}, "by"),
        ({"format": "pdf"}, "format"),
        ({"from": "yesterday"}, "from"),
        ({"to": "2026-13-01"}, "to"),
        ({"from": "2026-02-01", "to": "2026-01-01"}, "from"),
        ({"from": "1970-01-01"}, "from"),
    ],
)
async def test_a_question_that_cannot_be_understood_names_the_field(
    opened: Opened, query: dict[str, str], field: str
) -> None:
    client, _ = opened
    answer = await client.get(PATH, params=query)
    assert (answer.status, (await answer.json())["field"]) == (400, field)
