"""The Open Cookie Database's CSV: one row a name, with platform, category, domain, description, retention, wildcard flag.

Its "Functional" means "technical, essential or strictly necessary" and holds preferences, measurement and advertising as
well; so it gives no category here. Its domain column is honoured: a host, the site's own, or both.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from consent.model.errors import ConfigError
from scanner.knowledge.formats import Document
from scanner.knowledge.imported import Fact, cleaned, usable_name
from scanner.knowledge.model import Decided

TITLE = "Open Cookie Database"
LICENCE = "Apache-2.0 (github.com/jkwakman/Open-Cookie-Database)"

_NAME, _CATEGORY = "Cookie / Data Key name", "Category"
_CATEGORIES: dict[str, Decided] = {
    "marketing": "advertising",
    "analytics": "performance",
    "personalization": "functionality",
    "necessary": "necessary",
    "security": "necessary",
}
_HOST = re.compile(r"(?<![\w@-])\.?((?:[a-z0-9_-]+\.)+[a-z]{2,24})(?![\w-])")
_OWN = re.compile(
    r"1st party|first party|advertiser's website|website domain|own domain|your domain", re.IGNORECASE
)


def recognises(document: Document) -> bool:
    """Whether the first line names the database's columns."""
    head = document.text[:2000].partition("\n")[0]
    return _NAME in head and _CATEGORY in head


def facts(document: Document) -> Iterator[Fact]:
    """Yield a fact for each row."""
    rows = csv.DictReader(io.StringIO(document.text, newline=""))
    if rows.fieldnames is None or not {_NAME, _CATEGORY} <= set(rows.fieldnames):
        raise ConfigError(f"{document.path}: line 1: expected the columns {_NAME!r} and {_CATEGORY!r}.")
    try:
        for row in rows:
            name = usable_name(row[_NAME] or "")
            if not name:
                continue
            if (row.get("Wildcard match") or "").strip() == "1" and not name.endswith("*"):
                name += "*"
            filed = cleaned(row[_CATEGORY], 40)
            domain = (row.get("Domain") or "").lower()[:500]
            yield Fact(
                name=name,
                category=_CATEGORIES.get(filed.lower(), ""),
                filed=filed,
                hosts=tuple(dict.fromkeys(_HOST.findall(domain))),
                own=bool(_OWN.search(domain)),
                vendor=cleaned(row.get("Data Controller"), 120),
                service=cleaned(row.get("Platform"), 120),
                purpose=cleaned(row.get("Description")),
                lifetime=cleaned(row.get("Retention period"), 60),
            )
    except csv.Error as error:
        raise ConfigError(f"{document.path}: line {rows.line_num}: is no CSV: {error}.") from error
