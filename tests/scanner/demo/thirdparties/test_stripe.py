"""Stripe: the payment script and its protection against fraud."""

from __future__ import annotations

from tests.scanner.demo.client import Client


async def test_the_fraud_signal_sets_one_cookie_for_its_host_alone(client: Client) -> None:
    (line,) = (await client.request("POST", "https://m.stripe.com/6", data=b"x")).set_cookies
    assert line.startswith("m=")
    assert "Domain" not in line
    assert "Max-Age=63072000; HttpOnly; SameSite=None" in line


async def test_script_and_frame_answer_without_cookies(client: Client) -> None:
    for url in (
        "https://js.stripe.com/v3/",
        "https://m.stripe.network/inner.html",
        "https://m.stripe.network/inner.js",
    ):
        answer = await client.get(url)
        assert (answer.status, answer.set_cookies) == (200, [])
