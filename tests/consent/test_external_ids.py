"""What a site calls its visitor: hashed with a salt, found again by whoever knows it."""

from __future__ import annotations

from pathlib import Path

from consent.external_ids import hash_of, is_of, records_of
from tests.consent.factories import consent_id, event, opened_log
from tests.consent.test_log import NOTHING

ID = "A" * 22


def test_the_hash_is_what_the_widget_works_out() -> None:
    # In a browser: token(new Uint8Array(await crypto.subtle.digest('SHA-256', …encode('A…A customer 4711 ü'))))
    assert hash_of(ID, "customer 4711 ü") == "JTGgVozLQfsNJOoOPGhLA2"


def test_one_customer_has_another_hash_in_each_browser() -> None:
    assert hash_of(consent_id(), "4711") != hash_of(consent_id(), "4711")


async def test_a_customers_records_are_found_by_their_id_alone(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, version):
        known, other = consent_id(), consent_id()
        mine = await log.append(
            event(version, consent_id=known, external_id_hash=hash_of(known, "4711")), NOTHING
        )
        await log.append(event(version, consent_id=other, external_id_hash=hash_of(other, "4712")), NOTHING)
        nobody = await log.append(event(version), NOTHING)
        assert [one async for one in records_of(log.store, "4711")] == [mine]
        assert not is_of(nobody, "4711")
