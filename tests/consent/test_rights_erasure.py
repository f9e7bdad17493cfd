from __future__ import annotations

from pathlib import Path

import pytest

from consent import rights
from consent.log import RequestContext
from consent.model.rights import NewRequest
from consent.rights_erasure import forget_requests
from consent.store.notes import Reason
from tests.consent.factories import consent_id, fill, opened_log, site


@pytest.mark.parametrize(
    ("reason", "state"), [("visitor", "erased"), ("operator", "erased"), ("retention", "open")]
)
async def test_only_retention_leaves_an_open_request_to_be_answered(
    tmp_path: Path, reason: Reason, state: str
) -> None:
    async with opened_log(tmp_path) as (log, version):
        visitor = consent_id()
        await fill(log, version, 1, consent_id=visitor)
        wish = NewRequest(kind="access", message="What else?")
        await rights.ask(log, {"larkspur": site()}, visitor, wish, RequestContext())
        await forget_requests(log.store, await log.store.history(visitor), reason)
        [one] = await rights.requests_of(log.store, visitor)
        assert (one.state, bool(one.message)) == (state, state == "open")
