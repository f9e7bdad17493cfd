"""The stand-ins that only the customers embed."""

from __future__ import annotations

import pytest

from scanner.demo.customers.thirdparties import HOSTS
from tests.scanner.demo.client import Client

SCRIPTS = {
    "https://widget.getgist.com/projects/t4pr8c": "gist_id_",
    "https://app.convertful.com/Convertful.js": "conv_person",
    "https://app.alore.io/track.js": "alore_visitor",
    "https://widget.freshworks.com/widgets/51000003311.js": "fw_widget_state",
    "https://static.ctctcdn.com/js/signup-form-widget/current/signup-form-widget.min.js": "ctct_open_731",
}


@pytest.mark.parametrize(("url", "word"), SCRIPTS.items())
async def test_each_script_is_served(caller: Client, url: str, word: str) -> None:
    answer = await caller.get(url)
    assert answer.status == 200
    assert word in answer.text
    assert answer.text.startswith("(() => {")


async def test_each_collector_answers(caller: Client) -> None:
    assert (await caller.request("POST", "https://api.getgist.com/ping", data=b"x")).status == 204
    for url in ("https://app.convertful.com/api/event", "https://app.alore.io/visit"):
        assert (await caller.get(url)).headers["Content-Type"] == "image/gif"
    picture = await caller.get("https://harbourlane.kinstacdn.com/quay.svg")
    assert picture.headers["Content-Type"].startswith("image/svg+xml")


def test_hosts_are_named_as_browsers_ask_for_them() -> None:
    assert all(host == host.lower() and "." in host for host in HOSTS)
