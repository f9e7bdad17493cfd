"""The export ``kantara``: receipts in the form of the Kantara Initiative's Consent Receipt Specification 1.1.0.

A receipt there tells what was consented to, so the purposes in it are those that were granted, and a refusal or a
withdrawal has none. A notice that was only shown is no consent and gives no receipt. The schema is
docs/kantara.schema.json.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import msgspec

from consent.exports.json_export import array
from consent.exports.notices import Notices, Shown
from consent.model.categories import CONSENT_CATEGORIES, Category
from consent.model.records import ConsentRecord, EventKind
from consent.times import parse_rfc3339

if TYPE_CHECKING:
    from consent.exports import Records

VERSION = "KI-CR-v1.1.0"
_PURPOSES = {
    Category.PERFORMANCE: "Measure how the site is used and improve it",
    Category.FUNCTIONALITY: "Remember choices and offer comfort functions",
    Category.ADVERTISING: "Show, select and measure advertisements",
}
_PURPOSE_CATEGORIES = {
    Category.PERFORMANCE: "Improve Performance",
    Category.FUNCTIONALITY: "Personalized Experience",
    Category.ADVERTISING: "Marketing",
}
_encode = msgspec.json.Encoder().encode


async def export(records: Records, notices: Notices) -> AsyncIterator[bytes]:
    """Stream ``{"data": [receipt, …]}``."""

    async def made() -> AsyncIterator[bytes]:
        async for record, _ in records:
            if record.event is not EventKind.NOTICE_SHOWN:
                yield _encode(kantara_receipt(record, await notices.shown(record.notice_version)))

    async for part in array(made()):
        yield part


def kantara_receipt(record: ConsentRecord, shown: Shown) -> dict[str, Any]:
    """Return one receipt. ``consentTimestamp`` is in seconds since 1970, as the specification's JSON schema has it."""
    granted = [category for category in CONSENT_CATEGORIES if record.categories[category] == "granted"]
    contact = shown.controller.contact
    return {
        "version": VERSION,
        "jurisdiction": record.jurisdiction,
        "consentTimestamp": parse_rfc3339(record.server_time) // 1000,
        "collectionMethod": ", ".join(
            (
                f"web: {record.surface}",
                record.action,
                *((record.prompt_reason,) if record.prompt_reason else ()),
            )
        ),
        "consentReceiptID": record.record_id,
        "language": record.language,
        "piiPrincipalId": record.consent_id,
        "piiControllers": [
            {
                "piiController": shown.controller.name,
                "contact": contact or shown.controller.name,
                "address": {"streetAddress": shown.controller.address},
                "email": contact if "@" in contact else "",
                "phone": "",
            }
        ],
        "policyUrl": shown.policy_url,
        "services": [
            {
                "service": shown.site,
                "purposes": [_purpose(record, shown, category) for category in granted],
            }
        ]
        if granted
        else [],
        "sensitive": False,
        "spiCat": [],
    }


def _purpose(record: ConsentRecord, shown: Shown, category: Category) -> dict[str, Any]:
    vendors = shown.vendors[category]
    return {
        "purpose": _PURPOSES[category],
        "purposeCategory": [_PURPOSE_CATEGORIES[category]],
        "consentType": "EXPLICIT",
        "piiCategory": list(shown.kinds[category]) or ["online identifier"],
        "primaryPurpose": False,
        "termination": record.valid_until or "",
        "thirdPartyDisclosure": bool(vendors),
        "thirdPartyName": ", ".join(vendors),
    }
