"""A customer's server: pages with their tags, the policy, and cookies that are set once."""

from __future__ import annotations

import pytest

from scanner.demo.customers import Customer, customers
from tests.scanner.demo.client import Client


@pytest.mark.parametrize("customer", customers(), ids=lambda customer: customer.id)
async def test_pages_link_to_each_other_and_set_their_cookies_once(
    caller: Client, customer: Customer
) -> None:
    names = {cookie.name for cookie in customer.cookies}
    for path in ("", "contact", "privacy"):
        answer = await caller.get(customer.url + path)
        assert answer.status == 200
        assert all(f'href="{target}"' in answer.text for target in ("/", "/contact", "/privacy"))
        assert set(answer.cookies) == names
        again = await caller.get(
            customer.url + path, headers={"Cookie": "; ".join(f"{name}=x" for name in names)}
        )
        assert again.set_cookies == []
    assert customer.policy.split("\n\n")[0] in answer.text


async def test_a_tag_stands_on_the_pages_that_it_is_meant_for(caller: Client) -> None:
    (studio,) = (one for one in customers() if one.id == "studio")
    assert "app.convertful.com" in (await caller.get(studio.url)).text
    assert "static.landbot.io" not in (await caller.get(studio.url)).text
    assert "static.landbot.io" in (await caller.get(f"{studio.url}contact")).text


async def test_what_needs_consent_waits_in_the_notices_template(caller: Client) -> None:
    (lexicon,) = (one for one in customers() if one.id == "lexicon")
    text = (await caller.get(lexicon.url)).text
    held = text.partition('<template id="after-consent">')[2].partition("</template>")[0]
    assert "analytics.tiktok.com" in held
    assert "analytics.tiktok.com" not in text.replace(held, "")
    assert "cookie_choice" in (await caller.get(f"{lexicon.url}notice.js")).text


async def test_robots_may_go_everywhere_and_there_is_no_icon(caller: Client) -> None:
    (studio,) = (one for one in customers() if one.id == "studio")
    assert (await caller.get(f"{studio.url}robots.txt")).text == "User-agent: *\nDisallow:\n"
    assert (await caller.get(f"{studio.url}favicon.ico")).status == 204
