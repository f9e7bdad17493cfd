from __future__ import annotations

import datetime as dt
from pathlib import Path

from consent import tokens
from consent.audit import audit_log
from consent.tokens import Scope
from tests.consent.factories import client_of, published, site

PATH = "/v1/admin/sites/larkspur/announcement"
UNTIL = (dt.datetime.now(tz=dt.UTC).date() + dt.timedelta(days=30)).isoformat()
NEW = {"texts": {"en": {"text": "From May on."}}, "until": UNTIL}


async def test_what_is_announced_is_served_at_once_on_record_and_taken_back(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, version):
        made = await tokens.create(store, name="ops", scopes=[Scope.READ, Scope.PUBLISH], sites=("larkspur",))
        async with client_of(store, site(), site(id="thyme", url="https://thyme.example/")) as client:
            headers = {"Authorization": f"Bearer {made.secret}"}
            assert (await (await client.get(PATH, headers=headers)).json())["data"] == {"announcement": None}
            assert (await client.delete(PATH, headers=headers)).status == 404
            answer = await client.put(PATH, headers=headers, json=NEW)
            assert answer.status == 200
            standing = (await answer.json())["data"]["announcement"]
            assert (standing["until"], standing["texts"]["en"]["text"]) == (UNTIL, "From May on.")
            script = await (await client.get("/w/larkspur.js")).text()
            assert "consentry_read" in script
            assert version in script
            assert (await (await client.get(PATH, headers=headers)).json())["data"][
                "announcement"
            ] == standing
            assert (await client.delete(PATH, headers=headers)).status == 200
            assert "consentry_read" not in await (await client.get("/w/larkspur.js")).text()
            assert (await client.put(PATH.replace("larkspur", "thyme"), headers=headers, json=NEW)).status in {403, 404}  # fmt: skip
        done = [entry.action for entry in await audit_log(store) if not entry.follows]
        assert done[::-1] == ["token.create", "widget.announce-end", "widget.announce", "widget.announce-end"][-len(done) :]  # fmt: skip


async def test_what_cannot_be_announced_is_named_by_its_field(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, _):
        made = await tokens.create(store, name="ops", scopes=[Scope.PUBLISH])
        async with client_of(store, site()) as client:
            headers = {"Authorization": f"Bearer {made.secret}"}
            for wrong, field in (
                (NEW | {"until": "2020-01-01"}, "until"),
                (NEW | {"texts": {"fr": {"text": "a"}}}, "texts"),
                (NEW | {"texts": {"en": {"text": "a"}, "fr": {"text": "a"}}}, "texts.fr"),
                (NEW | {"texts": {"en": {"text": "Write to [address]."}}}, "texts.en.text"),
                (NEW | {"link": "javascript:alert(1)"}, "link"),
                (NEW | {"shown": True}, ""),
            ):
                answer = await client.put(PATH, headers=headers, json=wrong)
                assert answer.status == 400
                assert (await answer.json()).get("field", "") == field, await answer.text()
