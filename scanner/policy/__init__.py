"""The policy audit: what a privacy policy declares, what of it cannot hold, and where a scan contradicts it.

    read (file, bytes) or fetch (URL) → Document → sentences → vendors, cookies, statements → findings → Audit

Nothing is stated without the sentence that says it and its place in the text.
"""

from __future__ import annotations

from scanner.policy.audit import audit
from scanner.policy.model import Audit, Document

__all__ = ["Audit", "Document", "audit"]
