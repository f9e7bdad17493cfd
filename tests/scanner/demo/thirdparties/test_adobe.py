"""Adobe Analytics under the shop's own name."""

from __future__ import annotations

from tests.scanner.demo.client import Client

BEACON = "https://metrics.larkspur.example/b/ss/larkspurprod/1/JS-2.26.0/s123?AQB=1&g=https%3A%2F%2Fa.example%2F&AQE=1"


async def test_the_first_page_view_sets_a_cookie_of_the_whole_site_and_asks_again(client: Client) -> None:
    first = await client.get(BEACON)
    (line,) = first.set_cookies
    assert line.startswith("s_vi=[CS]v1|")
    assert "Domain=larkspur.example; Max-Age=63072000" in line
    assert first.headers["Location"].startswith(
        "/b/ss/larkspurprod/1/JS-2.26.0/s123?pccr=true&AQB=1&g=https%3A%2F%2F"
    )
    again = await client.get("https://metrics.larkspur.example" + first.headers["Location"])
    assert (again.status, again.set_cookies) == (200, [])


async def test_a_known_visitor_is_counted_at_once(client: Client) -> None:
    answer = await client.get(BEACON, headers={"Cookie": "s_vi=x"})
    assert (answer.status, answer.set_cookies) == (200, [])
