"""Google Ads: the test cookie, the identifier, and the hand-over to LinkedIn."""

from __future__ import annotations

from tests.scanner.demo.client import Client

ADS = "https://googleads.g.doubleclick.net"


async def test_remarketing_tries_whether_cookies_are_kept_and_goes_on_to_google(client: Client) -> None:
    answer = await client.get(f"{ADS}/pagead/viewthroughconversion/846215390/?random=1")
    assert answer.set_cookies == [
        "test_cookie=CheckForPermission; Path=/; Secure; Domain=.doubleclick.net; Max-Age=900; SameSite=None"
    ]
    assert answer.headers["Location"] == "https://www.google.com/pagead/1p-user-list/846215390/?random=1"
    assert (await client.get(answer.headers["Location"])).set_cookies == []


async def test_floodlight_sets_the_identifier_for_thirteen_months(client: Client) -> None:
    answer = await client.get("https://ad.doubleclick.net/activity;src=9274416;type=a;cat=b;ord=1?x=1")
    (line,) = answer.set_cookies
    assert line.startswith("IDE=AHWqTU")
    assert line.endswith(
        "; Path=/; Secure; Domain=.doubleclick.net; Max-Age=33696000; HttpOnly; SameSite=None"
    )


async def test_a_known_identifier_is_kept(client: Client) -> None:
    answer = await client.get("https://ad.doubleclick.net/activity;src=1", headers={"Cookie": "IDE=x"})
    assert answer.set_cookies == []


async def test_a_conversion_passes_by_googleadservices(client: Client) -> None:
    answer = await client.get("https://www.googleadservices.com/pagead/conversion/846215390/?label=tEaPcJ7x")
    assert answer.headers["Location"] == f"{ADS}/pagead/conversion/846215390/?label=tEaPcJ7x"
    assert "IDE" in (await client.get(answer.headers["Location"])).cookies


async def test_the_cookie_match_hands_an_identifier_to_linkedin(client: Client) -> None:
    answer = await client.get("https://cm.g.doubleclick.net/pixel?google_nid=linkedin_dmp&google_cm")
    assert answer.headers["Location"].startswith("https://px.ads.linkedin.com/db_sync?pid=15927&puuid=")
    assert (await client.get(answer.headers["Location"])).status == 200


async def test_the_players_script_is_there(client: Client) -> None:
    answer = await client.get("https://static.doubleclick.net/instream/ad_status.js")
    assert "google_ad_status" in answer.text
