"""What the page does is tested over HTTP in web/test_rights.py; this is what it says."""

from __future__ import annotations

from pathlib import Path

from consent import rights, rights_desk
from consent.log import RequestContext
from consent.model.rights import NewRequest
from consent.proof import receipt, receipt_page
from consent.rights_page import KINDS, STATES, STEPS, rights_page
from tests.consent.factories import consent_id, fill, opened_log, site

SITES = {"larkspur": site()}


async def test_a_visitor_reads_the_deadline_the_answer_and_what_they_may_do_about_a_refusal(
    tmp_path: Path,
) -> None:
    async with opened_log(tmp_path) as (log, version):
        visitor = consent_id()
        await fill(log, version, 1, consent_id=visitor)
        wish = NewRequest(kind="access", message="What else?")
        made = (await rights.ask(log, SITES, visitor, wish, RequestContext())).request

        async def shown() -> str:
            held = await receipt(log, visitor, SITES)
            return rights_page(held, SITES, await rights.requests_of(log.store, visitor)).html

        text = await shown()
        assert "days left)" in text
        assert made.due[:10] in text
        assert "complaint" not in text
        await rights_desk.act(
            log.store, "larkspur", made.request_id, "extend", "Many <b>requests</b>.", actor="user:ada"
        )
        assert "Many &lt;b&gt;requests" in await shown()
        assert "after an extension" in await shown()
        await rights_desk.act(
            log.store, "larkspur", made.request_id, "refuse", "Excessive.", actor="user:ada"
        )
        text = await shown()
        assert "To know more than this page tells: refused" in text
        assert "complaint with a supervisory authority" in text
        assert "user:ada" not in text


async def test_a_copy_to_keep_has_no_forms(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, version):
        visitor = consent_id()
        await fill(log, version, 1, consent_id=visitor)
        held = await receipt(log, visitor, SITES)
        copy = receipt_page(held, SITES)
        assert "<form" not in copy.html
        assert "form-action 'none'" in copy.policy
        live = rights_page(held, SITES, [])
        assert live.html.count("<form") == 6
        assert "What you asked for" not in live.html


def test_every_kind_state_and_step_has_its_words() -> None:
    from typing import get_args

    from consent.model.rights import Kind, State, StepKind

    for words, kinds in ((KINDS, Kind), (STATES, State), (STEPS, StepKind)):
        assert set(words) == set(get_args(kinds))
