from __future__ import annotations

import msgspec

from consent.model.categories import Category
from consent.model.configurations import Configuration, ConfiguredItem


def test_a_configuration_is_data_that_can_be_read_back() -> None:
    made = Configuration(
        tool="Klaro",
        settings={"languages": ["de"]},
        items=(ConfiguredItem(name="_ga*", category=Category.PERFORMANCE),),
    )
    assert msgspec.json.decode(msgspec.json.encode(made), type=Configuration) == made
    assert (made.items[0].kind, made.left) == ("cookie", ())
