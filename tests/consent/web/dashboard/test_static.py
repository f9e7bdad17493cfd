from __future__ import annotations

import gzip

from consent.web.dashboard.pages import static_path
from tests.consent.web.dashboard.signing_in import Desk


async def test_a_static_file_is_immutable_under_its_hash_and_needs_no_session(nobody: Desk) -> None:
    path = static_path("dashboard.css")
    answer = await nobody.get(path)
    assert (answer.status, answer.content_type) == (200, "text/css")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "color-scheme: light dark" in await answer.text()
    assert (await nobody.get(static_path("mark.svg"))).content_type == "image/svg+xml"


async def test_it_comes_compressed_to_those_who_can_read_that(nobody: Desk) -> None:
    answer = await nobody.client.get(
        static_path("dashboard.css"), headers={"Accept-Encoding": "gzip"}, auto_decompress=False
    )
    assert answer.headers["Content-Encoding"] == "gzip"
    assert b"color-scheme" in gzip.decompress(await answer.read())


async def test_another_name_is_nothing(nobody: Desk) -> None:
    for path in (
        "dashboard.css",
        "dashboard.0000000000000000.css",
        static_path("dashboard.css")[14:] + "x",
    ):
        assert (await nobody.get(f"/admin/static/{path}")).status == 404
