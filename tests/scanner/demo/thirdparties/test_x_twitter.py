"""X for Websites: the widget and its beacon."""

from __future__ import annotations

from tests.scanner.demo.client import Client


async def test_the_beacon_sets_two_ids_and_tries_a_third_cookie_that_browsers_refuse(client: Client) -> None:
    lines = (await client.get("https://syndication.twitter.com/i/jot?l=1")).set_cookies
    by_name = {line.partition("=")[0]: line for line in lines}
    assert set(by_name) == {"guest_id", "personalization_id", "_twitter_sess"}
    assert "Max-Age=63072000" in by_name["guest_id"]
    assert by_name["personalization_id"].endswith("SameSite=None")
    assert by_name["_twitter_sess"].endswith("SameSite=Lax")


async def test_the_button_is_a_page_of_its_own(client: Client) -> None:
    answer = await client.get("https://platform.twitter.com/widgets/tweet_button.html?text=x")
    assert (answer.status, answer.set_cookies) == (200, [])
    assert "tweet_button.html" in (await client.get("https://platform.twitter.com/widgets.js")).text
