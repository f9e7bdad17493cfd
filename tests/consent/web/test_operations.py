from __future__ import annotations

from pathlib import Path

from consent import __version__
from tests.consent.factories import body, client_of, published


async def test_health_says_that_the_process_answers_and_readiness_that_the_store_does(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, _), client_of(store) as client:
        health = (await (await client.get("/healthz")).json())["data"]
        assert health == {"status": "ok", "version": __version__}
        assert (await client.get("/readyz")).status == 200
        await store.close()
        ready = await client.get("/readyz")
        assert (ready.status, ready.content_type) == (503, "application/problem+json")
        assert (await client.get("/healthz")).status == 200


async def test_metrics_count_what_became_of_events(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, version), client_of(store) as client:
        sent = body(version)
        for event in (sent, sent, body(version), body("0" * 64)):
            await client.post("/v1/consent", json=event)
        await client.delete(f"/v1/consent/{sent['consent_id']}")
        answer = await client.get("/metrics")
        assert answer.content_type == "text/plain"
        lines = (await answer.text()).splitlines()
    for line in (
        'consentry_events_total{outcome="appended"} 2.0',
        'consentry_events_total{outcome="repeated"} 1.0',
        'consentry_events_total{outcome="refused"} 1.0',
        "consentry_records_erased_total 1.0",
        "consentry_records_waiting 0.0",
    ):
        assert line in lines
