from __future__ import annotations

import base64
import hashlib
import re

from consent.declaration import declaration_of
from consent.declaration_files import File, declaration_file
from tests.consent.factories import PUBLIC_URL, inventory, site


def shown() -> File:
    return declaration_file(declaration_of(site(), inventory(), "v" * 64), site(), "html", server=PUBLIC_URL)


def test_the_policy_allows_the_pages_own_style_sheet_and_nothing_else() -> None:
    page = shown()
    [style] = re.findall(r"<style>(.*?)</style>", page.content.decode(), re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in page.policy
    assert page.policy.startswith("default-src 'none';")
    assert "unsafe" not in page.policy


def test_a_page_has_no_script_no_inline_style_and_a_language() -> None:
    html = shown().content.decode()
    assert "<script" not in html
    assert " style=" not in html
    assert '<html lang="en" dir="ltr">' in html
