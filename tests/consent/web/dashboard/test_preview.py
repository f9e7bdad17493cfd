from __future__ import annotations

import base64
import hashlib
import re

import msgspec

from consent.web.dashboard.preview import preview
from tests.consent.factories import inventory, site
from tests.consent.web.dashboard.reviewing import HOSTILE, scanned, waiting
from tests.consent.web.dashboard.signing_in import Desk

PATH = "/admin/sites/larkspur/publish/preview"


async def test_its_policy_gives_it_no_origin_and_no_connection(ada: Desk) -> None:
    await scanned(ada.store, waiting("lk_visit"))
    answer = await ada.get(PATH)
    [policy] = answer.headers.getall("Content-Security-Policy")
    rules = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert rules["sandbox"] == "allow-scripts"
    assert (
        rules["connect-src"] == rules["default-src"] == rules["form-action"] == rules["base-uri"] == "'none'"
    )
    assert rules["frame-ancestors"] == "'self'"
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "private, no-store"


async def test_only_the_scripts_in_it_run_and_strangers_texts_cannot_leave_them() -> None:
    end = "</script><script>alert(1)</script><!--"
    items = (msgspec.structs.replace(inventory().items[1], name=end, vendor=end, purpose=end),)
    answer = await preview(site(), inventory(items=items), "en", "settings")
    html, policy = answer.text or "", answer.headers["Content-Security-Policy"]
    scripts = re.findall(r"<script[^>]*>(.*?)</script>", html, re.DOTALL)
    assert len(scripts) == 4
    for script in scripts:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert "alert(1)</script>" not in html


async def test_each_language_is_shown_in_itself(ada: Desk) -> None:
    await scanned(ada.store, waiting(HOSTILE))
    several = site(
        languages=("en", "de", "ar"),
        banner=msgspec.structs.replace(site().banner, texts={"de": {"title": "Kekse"}}),
    )
    english, german = [
        (await preview(several, inventory(), tag, "banner")).text or "" for tag in ("en", "de")
    ]
    assert '<html lang="de">' in german
    assert "Kekse" in german
    assert "Kekse" not in english
    assert (await ada.get(f"{PATH}?lang=xx&layer=nothing")).status == 200
