from __future__ import annotations

from pathlib import Path

from consent import tokens
from consent.alerts.making import make_alerts
from consent.tokens import Scope
from tests.consent.alerts.factories import NEW, scanned, settings
from tests.consent.factories import client_of, published, site


async def test_a_token_reads_the_alerts_of_its_site(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, _):
        await scanned(store, NEW)
        await make_alerts(store, settings(webhooks=("https://hooks.example/secret",)))
        made = await tokens.create(store, name="ops", scopes=[Scope.READ], sites=("larkspur",))
        async with client_of(store, site(), site(id="thyme", url="https://thyme.example/")) as client:
            headers = {"Authorization": f"Bearer {made.secret}"}
            answer = await client.get("/v1/admin/sites/larkspur/alerts", headers=headers)
            [alert] = (await answer.json())["data"]
            assert (alert["to"], alert["status"]) == ("hooks.example", "waiting")
            assert "secret" not in await answer.text()
            assert (await client.get("/v1/admin/sites/thyme/alerts", headers=headers)).status in {403, 404}
