from __future__ import annotations

import msgspec
import pytest

from consent.model.categories import Category, ConsentState, Party
from consent.model.inventory import (
    BlockingRule,
    Inventory,
    InventoryItem,
    InventoryService,
    decode_inventory,
    encode_inventory,
)

INVENTORY = Inventory(
    site="larkspur",
    scan_id="0192f0c1",
    created="2026-01-31T12:00:00Z",
    items=(
        InventoryItem(
            kind="cookie",
            name="_ga_*",
            host="larkspur.example",
            party=Party.FIRST,
            category=Category.PERFORMANCE,
            lifetime_s=63_072_000.0,
            states=(ConsentState.ACCEPT,),
        ),
    ),
    services=(InventoryService(service="Google Analytics", vendor="Google", category=Category.PERFORMANCE),),
    rules=(BlockingRule(host="google-analytics.com", category=Category.PERFORMANCE),),
)


def test_an_inventory_reads_back_as_it_was_written() -> None:
    assert decode_inventory(encode_inventory(INVENTORY)) == INVENTORY


def test_an_inventory_is_written_for_people_too() -> None:
    text = encode_inventory(INVENTORY).decode()
    assert text.startswith('{\n  "schema": 1,\n')
    assert text.endswith("}\n")


def test_equal_content_has_an_equal_digest_whatever_scan_found_it() -> None:
    later = msgspec.structs.replace(INVENTORY, scan_id="0192ffff", created="2026-02-28T12:00:00Z")
    assert later.digest == INVENTORY.digest
    assert len(INVENTORY.digest) == 64


@pytest.mark.parametrize("change", [{"site": "other"}, {"items": ()}, {"services": ()}, {"rules": ()}])
def test_other_content_has_another_digest(change: dict[str, object]) -> None:
    assert msgspec.structs.replace(INVENTORY, **change).digest != INVENTORY.digest


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"[]", msgspec.ValidationError),
        (b'{"site": "x"}', msgspec.ValidationError),
        (encode_inventory(INVENTORY).replace(b'"performance"', b'"statistics"'), msgspec.ValidationError),
        (b"{", msgspec.DecodeError),
    ],
)
def test_what_is_no_inventory_is_refused(data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        decode_inventory(data)
