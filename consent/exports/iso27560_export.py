"""The export ``iso27560``: consent records in the structure of ISO/IEC TS 27560:2023.

Header, PII processing, party identification and events, with the fields and their mandatory ones as the DPV mapping guide
lists them (w3c/dpv, guides/consent-27560); the schema is docs/iso27560.schema.json. One exported record is one event of
the log. ``consentry`` beside the standard's parts is the record exactly as it was sealed: what is not in the standard
(the decision for each purpose, the notice's hash, the signals) can be checked against the log with it.
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

SCHEMA = "ISO/IEC TS 27560:2023"
LAWFUL_BASIS = "consent (GDPR Art. 6(1)(a); ePrivacy Directive Art. 5(3))"
WITHDRAWAL = "At any time with the privacy control on every page of the site, as easily as consent was given (GDPR Art. 7(3))"
RIGHTS = ("access", "erasure", "portability", "withdrawal", "complaint to a supervisory authority")
STATES = {"granted": "given", "denied": "refused", "not_asked": "not_asked"}
TYPES = {EventKind.NOTICE_SHOWN: "notice", EventKind.OPT_OUT_SIGNAL: "signal"}

_encode = msgspec.json.Encoder().encode


async def export(records: Records, notices: Notices) -> AsyncIterator[bytes]:
    """Stream ``{"data": [consent record, …]}``."""

    async def made() -> AsyncIterator[bytes]:
        async for record, payload in records:
            yield _encode(iso_record(record, payload, await notices.shown(record.notice_version)))

    async for part in array(made()):
        yield part


def iso_record(record: ConsentRecord, payload: bytes, shown: Shown) -> dict[str, Any]:
    """Return one consent record of the standard."""
    controller_id = f"controller:{record.site}"
    vendors = sorted({vendor for names in shown.vendors.values() for vendor in names})
    return {
        "header": {
            "schema_version": SCHEMA,
            "record_id": record.record_id,
            "pii_principal_id": record.consent_id,
        },
        "pii_processing": {
            "privacy_notice": {
                "notice_version": record.notice_version,
                "sha256": record.notice_sha256,
                "url": shown.policy_url,
                **_policy(record),
            },
            "language": record.language,
            "purposes": [_purpose(record, shown, category, controller_id) for category in CONSENT_CATEGORIES],
        },
        "party_identification": [
            {
                "party_id": controller_id,
                "party_type": "pii_controller",
                "party_name": shown.controller.name,
                "party_address": shown.controller.address,
                "party_contact": shown.controller.contact,
            },
            *(
                {
                    "party_id": f"vendor:{vendor}",
                    "party_type": "third_party",
                    "party_name": vendor,
                    "party_address": "",
                    "party_contact": "",
                }
                for vendor in vendors
            ),
        ],
        "events": [
            {
                "event_time": record.server_time,
                "validity_duration": validity(record),
                "entity_id": record.consent_id,
                **({"event_reason": str(record.prompt_reason)} if record.prompt_reason else {}),
                "event_type": TYPES.get(record.event, "expressed"),
                "event_state": str(record.event),
            }
        ],
        "consentry": msgspec.Raw(payload),
    }


def _policy(record: ConsentRecord) -> dict[str, str]:
    """Return what is known of the privacy policy's wording; the notice's own hash does not cover it."""
    known = {"policy_version": record.policy_version, "policy_sha256": record.policy_sha256}
    return {name: value for name, value in known.items() if value}


def _purpose(record: ConsentRecord, shown: Shown, category: Category, controller_id: str) -> dict[str, Any]:
    kept = shown.log.keep_days
    return {
        "purpose": str(category),
        "lawful_basis": LAWFUL_BASIS,
        "consent_state": STATES[record.categories[category]],
        "pii_information": [
            {"pii_type": kind, "pii_optional": True}
            for kind in shown.kinds[category] or ("online identifier",)
        ],
        "pii_controllers": [controller_id],
        "collection_method": "consent banner on the site's pages",
        "storage_locations": [shown.log.location or "not stated"],
        "retention_period": "until erased" if kept is None else f"{kept} days after the consent has run out",
        "services": list(shown.services[category]),
        "jurisdiction": record.jurisdiction,
        "recipient_third_parties": [f"vendor:{vendor}" for vendor in shown.vendors[category]],
        "withdrawal_method": WITHDRAWAL,
        "privacy_rights": list(RIGHTS),
    }


def validity(record: ConsentRecord) -> str:
    """Return how long a decision holds as an ISO 8601 duration in seconds; ``PT0S`` where it is no decision."""
    if record.valid_until is None:
        return "PT0S"
    milliseconds = parse_rfc3339(record.valid_until) - parse_rfc3339(record.server_time)
    return f"PT{milliseconds // 1000}S"
