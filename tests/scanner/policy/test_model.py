from __future__ import annotations

import msgspec

from scanner.policy import read
from scanner.policy.model import SCHEMA, Audit
from tests.scanner.policy.texts import SAMPLES, audited


def test_an_audit_survives_json() -> None:
    done = audited(read.read_file(SAMPLES / "shop.html"))
    assert msgspec.json.decode(msgspec.json.encode(done), type=Audit) == done
    assert done.schema == SCHEMA
