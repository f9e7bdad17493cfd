"""What a layer tells of its controls."""

from __future__ import annotations

import msgspec

from scanner.banners.model import BannerAudit, Layer
from tests.scanner.banners.made import control, look


def test_of_two_controls_that_mean_the_same_the_one_that_can_be_used_is_told() -> None:
    layer = Layer(
        text="",
        controls=(control("accept", covered=True, text="under"), control("accept", text="over")),
    )
    found = layer.control("accept")
    assert found is not None
    assert found.text == "over"
    assert layer.control("reject") is None


def test_an_audit_survives_json() -> None:
    audit = BannerAudit(looks=(look(),))
    assert msgspec.json.decode(msgspec.json.encode(audit), type=BannerAudit) == audit
