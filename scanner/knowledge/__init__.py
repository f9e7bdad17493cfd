"""What Consentry knows of vendors: who sets which cookie or storage key, where requests go, and what for.

The facts are data, one TOML file per company in `scanner/rules/`; docs/rules.md describes every key. `Knowledge.load`
is the only way in.
"""

from __future__ import annotations

from scanner.knowledge.index import Knowledge, Match
from scanner.knowledge.model import ItemRule, RequestRule, Service, Vendor

__all__ = ["ItemRule", "Knowledge", "Match", "RequestRule", "Service", "Vendor"]
