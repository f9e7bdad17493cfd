"""Google Analytics: a beacon that answers 204, and a pixel that ends at DoubleClick."""

from __future__ import annotations

import pytest

from tests.scanner.demo.client import Client


@pytest.mark.parametrize("host", ["www.google-analytics.com", "region1.google-analytics.com"])
async def test_a_beacon_is_answered_without_content_and_cookie(host: str, client: Client) -> None:
    answer = await client.request("POST", f"https://{host}/g/collect?v=2&tid=G-1&gcs=G111")
    assert (answer.status, answer.body, answer.set_cookies) == (204, b"", [])


async def test_the_old_pixel_goes_on_to_doubleclick_with_its_query_as_it_came(client: Client) -> None:
    query = "v=1&dl=https%3A%2F%2Fa.example%2F%3Fq%3Da%0D%0Ab"
    answer = await client.get(f"https://www.google-analytics.com/r/collect?{query}")
    assert answer.status == 302
    assert answer.headers["Location"] == f"https://stats.g.doubleclick.net/r/collect?{query}"
    end = await client.get(answer.headers["Location"])
    assert (end.status, end.headers["Content-Type"]) == (200, "image/gif")
