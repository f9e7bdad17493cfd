"""The rules of the audit, as data: severity, law and source of each, why it is one, and a sentence to say instead."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import msgspec
import tomli
from msgspec import Meta

from consent.model.errors import ConfigError
from scanner.policy.model import Quote
from scanner.report import Finding, Severity

FILE = Path(__file__).parent / "rules.toml"
_PLACE = re.compile(r"\{(\w+)\}")


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule; ``{names}`` in title, why and fix are filled in by the finding."""

    id: Annotated[str, Meta(pattern=r"^policy-[a-z]+(-[a-z]+)*$")]
    severity: Severity
    title: Annotated[str, Meta(min_length=1)]
    law: Annotated[str, Meta(min_length=1)]
    source: Annotated[str, Meta(pattern=r"^https://")]
    why: str
    fix: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rule: tuple[Rule, ...]


@cache
def rules() -> dict[str, Rule]:
    """Return every rule by its id; raises `ConfigError` where the file cannot be used."""
    try:
        file = msgspec.convert(tomli.loads(FILE.read_text(encoding="utf-8")), _File)
    except (tomli.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigError(f"{FILE.name}: {error}", hint="docs/policy.md describes its keys.") from error
    return {rule.id: rule for rule in file.rule}


def finding(
    rule_id: str,
    quote: Quote,
    *,
    subject: str = "",
    severity: Severity | None = None,
    law: str = "",
    why: str = "",
    fix: str = "",
    title: str = "",
    evidence: dict[str, Any] | None = None,
    confidence: float = 0.9,
    **words: str,
) -> Finding:
    """Make a finding of a rule: ``quote`` is what the policy says, or the nearest to what it does not say.

    ``words`` fill the rule's texts. A text given here replaces the rule's own.
    """
    rule = rules()[rule_id]
    words = {"subject": subject, **words}

    def filled(text: str) -> str:
        return _PLACE.sub(lambda found: words.get(found[1], ""), text)

    shown = {
        "kind": "policy",
        "quote": quote.text,
        "start": quote.start,
        "end": quote.end,
        "line": quote.line,
        "lead": quote.lead,
        "why": filled(why or rule.why),
        "source": rule.source,
        "confidence": round(confidence, 2),
        **(evidence or {}),
    }
    return Finding(
        rule=rule.id,
        severity=severity or rule.severity,
        title=filled(title or rule.title),
        subject=subject or rule.title,
        evidence={key: value for key, value in shown.items() if value not in ("", [], None)},
        law=law or rule.law,
        fix=filled(fix or rule.fix),
    )
