"""report.sarif: the findings for code-scanning tools (SARIF 2.1.0, OASIS standard).

A finding's place is the page on which it was seen; its fingerprint leaves out counts and times, so that a tool can tell
a known finding from a new one.
"""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import quote

import msgspec

from scanner.findings import rules
from scanner.limits import coverage_of, limits_of
from scanner.report import Finding, Report, Severity
from scanner.reports.text import visible

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

_LEVELS: dict[Severity, str] = {"high": "error", "medium": "warning", "low": "note", "info": "none"}
_SECURITY_SEVERITY: dict[Severity, str] = {"high": "8.0", "medium": "5.0", "low": "2.0", "info": "0.0"}
"""The scale of CVSS, which code-scanning tools sort by."""

_URI_SAFE = ":/?#[]@!$&'()*+,;=%-._~"


def render(report: Report) -> bytes:
    """Return one run with every rule and one result a finding."""
    known = rules()
    ids = [*known, *sorted({finding.rule for finding in report.findings} - set(known))]
    log = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "Consentry",
                        "version": str(report.tool.get("version") or "0"),
                        "rules": [_rule(rule_id) for rule_id in ids],
                    }
                },
                "automationDetails": {"id": f"consentry/{quote(report.site, safe='')}/"},
                "invocations": [
                    {
                        "executionSuccessful": True,
                        **({"startTimeUtc": report.started} if report.started.endswith("Z") else {}),
                        **({"endTimeUtc": report.finished} if report.finished.endswith("Z") else {}),
                        "toolExecutionNotifications": [
                            {"level": "note", "message": {"text": visible(sentence)}}
                            for sentence in (*coverage_of(report), *limits_of(report))
                        ],
                    }
                ],
                "columnKind": "utf16CodeUnits",
                "results": [_result(report, finding, ids.index(finding.rule)) for finding in report.findings],
            }
        ],
    }
    try:
        data = msgspec.json.encode(log)
    except UnicodeEncodeError:  # a lone surrogate in a name of the page
        data = msgspec.json.encode(_encodable(log))
    return msgspec.json.format(data, indent=2) + b"\n"


def _rule(rule_id: str) -> dict[str, Any]:
    rule = rules().get(rule_id)
    if rule is None:  # a report of a newer version
        return {"id": rule_id}
    explanation = " ".join((rule.__doc__ or rule.TITLE).split())
    return {
        "id": rule_id,
        "shortDescription": {"text": rule.TITLE},
        "fullDescription": {"text": explanation},
        "help": {"text": f"{explanation}\n\nLaw: {rule.LAW}"},
        "defaultConfiguration": {"level": _LEVELS[rule.SEVERITY]},
        "properties": {
            "security-severity": _SECURITY_SEVERITY[rule.SEVERITY],
            "tags": ["privacy", "consent"],
        },
    }


def _result(report: Report, finding: Finding, rule_index: int) -> dict[str, Any]:
    page = finding.page or report.start_url or "about:blank"
    identity = "\n".join(
        (finding.rule, finding.subject, str(finding.state or ""), str(finding.evidence.get("kind", "")))
    )
    return {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": _LEVELS[finding.severity],
        "kind": "informational" if finding.severity == "info" else "fail",
        "message": {"text": visible(f"{finding.title}. {finding.law}.")},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(page.encode("utf-8", "replace"), safe=_URI_SAFE)},
                    "region": {"startLine": 1},
                }
            }
        ],
        "partialFingerprints": {
            "consentry/v1": hashlib.sha256(identity.encode("utf-8", "backslashreplace")).hexdigest()
        },
        "properties": {
            "subject": finding.subject,
            "state": str(finding.state or ""),
            "severity": finding.severity,
            "evidence": finding.evidence,
            "fix": finding.fix,
        },
    }


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict):
        return {_encodable(key): _encodable(content) for key, content in value.items()}
    if isinstance(value, (list, tuple)):
        return [_encodable(one) for one in value]
    return value
