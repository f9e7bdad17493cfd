"""Write the pages that are made from the code: docs/law.md, docs/api.md and NOTICE (`make generated`).

The suite fails while one of them is not what this program would write.
"""

from __future__ import annotations

import importlib
import inspect
import re
import textwrap
from importlib import metadata
from pathlib import Path

import scanner.findings

ROOT = Path(__file__).resolve().parent.parent

SOURCES = (
    ("ePrivacy Directive", "Directive 2002/58/EC, as amended by 2009/136/EC", "https://eur-lex.europa.eu/eli/dir/2002/58/oj"),
    ("GDPR", "Regulation (EU) 2016/679", "https://eur-lex.europa.eu/eli/reg/2016/679/oj"),
    ("CJEU C-673/17", "Court of Justice of the EU, 1 October 2019, Planet49", "https://curia.europa.eu/juris/liste.jsf?num=C-673/17"),
    ("EDPB Guidelines 2/2023", "Technical scope of Art. 5(3) of the ePrivacy Directive", "https://www.edpb.europa.eu/our-work-tools/our-documents/guidelines/guidelines-22023-technical-scope-art-53-eprivacy-directive_en"),
    ("EDPB Guidelines 05/2020", "Consent under Regulation 2016/679", "https://www.edpb.europa.eu/our-work-tools/our-documents/guidelines/guidelines-052020-consent-under-regulation-2016679_en"),
    ("EDPB Cookie Banner Taskforce", "Report of the Cookie Banner Taskforce, 17 January 2023", "https://www.edpb.europa.eu/our-work-tools/our-documents/other/report-work-undertaken-cookie-banner-taskforce_en"),
    ("WP29 Opinion 04/2012", "Cookie consent exemption (WP194)", "https://ec.europa.eu/justice/article-29/documentation/opinion-recommendation/files/2012/wp194_en.pdf"),
    ("WP29 Opinion 9/2014", "Device fingerprinting (WP224)", "https://ec.europa.eu/justice/article-29/documentation/opinion-recommendation/files/2014/wp224_en.pdf"),
    ("CNIL", "Guidelines 2020-091 and recommendation 2020-092 of 17 September 2020", "https://www.cnil.fr"),
    ("Garante", "Guidelines on cookies and other tracking tools, 10 June 2021", "https://www.garanteprivacy.it"),
    ("AEPD", "Guide on the use of cookies, 2023", "https://www.aepd.es"),
    ("DSK", "Guidance of the supervisory authorities for providers of telemedia, 2021 and 2022", "https://www.datenschutzkonferenz-online.de"),
    ("TDDDG", "Germany's act on data protection and privacy in telecommunications and digital services", "https://www.gesetze-im-internet.de/ttdsg/"),
    ("DDG", "Germany's digital services act", "https://www.gesetze-im-internet.de/ddg/"),
    ("OLG Köln", "Higher Regional Court of Cologne, 6 U 80/23, 19 January 2024", ""),
    ("LG München I", "Regional Court Munich I, 3 O 17493/20, 20 January 2022", ""),
    ("CCPA Regulations", "California Code of Regulations, title 11, § 7025", "https://cppa.ca.gov/regulations/"),
    ("W3C Global Privacy Control", "Global Privacy Control", "https://www.w3.org/TR/gpc/"),
    ("Google Consent Mode", "Consent Mode v2 and the EU user consent policy", "https://support.google.com/analytics/answer/9976101"),
    ("RFC 6265bis", "Cookies: HTTP State Management Mechanism", "https://datatracker.ietf.org/doc/draft-ietf-httpbis-rfc6265bis/"),
    ("RFC 8058", "One-click unsubscribing", "https://www.rfc-editor.org/rfc/rfc8058"),
    ("WCAG 2.2", "Web Content Accessibility Guidelines 2.2", "https://www.w3.org/TR/WCAG22/"),
)  # fmt: skip
"""A source as findings name it, its title, and where it is published ("" where only case reporters have it)."""

NO_LAW = ("Coverage of the scan; no verdict",)
"""What stands in place of a source where a finding judges nothing."""

API = {
    "scanner.report": ("load_report", "Report", "Item", "Request", "Finding"),
    "scanner.findings": ("rules", "find", "meets"),
    "scanner.reports": ("formats",),
    "scanner.inventory": ("inventory_of",),
    "scanner.collectors": ("collector_types",),
    "consent.model.sites": ("Settings", "Site", "load_sites"),
    "consent.model.inventory": ("Inventory", "decode_inventory"),
    "consent.model.records": ("ConsentEvent", "ConsentRecord"),
    "consent.model.categories": ("Category", "ConsentState"),
    "consent.model.errors": ("ConsentryError", "ConfigError", "ScanError"),
    "consent.store": ("open_store",),
    "consent.verification": ("verify",),
    "consent.external_ids": ("records_of",),
    "widget.render": ("script", "bundle", "snippet", "languages", "texts"),
}
"""What other programs may import: within one minor version neither renamed nor given another meaning."""


def law() -> str:
    """docs/law.md: each rule's own `LAW`, beside what the rule says of itself, and where the sources are."""
    rules = scanner.findings.rules().values()
    lines = [
        "# The law behind each finding",
        "",
        "<!-- Written by `make generated` from scanner/findings; change it there. -->",
        "",
        "Each rule carries its own sources, which reports show beside the finding. A finding is technical: it says what a",
        "browser saw and which provision that bears on, not what a court would decide. What each rule looks at in detail, and",
        "when it is high or low, is told in [findings](findings.md).",
        "",
        "| rule | what it tells | sources |",
        "|---|---|---|",
    ]
    lines += [
        f"| [{rule.ID}](findings.md#{rule.ID}) | {rule.TITLE.replace('|', '/')} | {rule.LAW} |"
        for rule in rules
    ]
    lines += ["", "## Why", ""]
    for rule in rules:
        said = inspect.cleandoc(rule.__doc__ or "").split("\n\n")
        lines += [f"**{rule.TITLE}** (`{rule.ID}`)", "", *_wrapped(said), ""]
    lines += ["## Where the sources are", "", "| cited as | is |", "|---|---|"]
    lines += [
        f"| {name} | [{title}]({address}) |" if address else f"| {name} | {title} |"
        for name, title, address in SOURCES
    ]
    return "\n".join(lines) + "\n"


def _wrapped(paragraphs: list[str]) -> list[str]:
    """Paragraphs of a docstring as Markdown: its own line breaks stay, double backticks become single ones."""
    return "\n\n".join(paragraphs).replace("``", "`").splitlines()


def api() -> str:
    """docs/api.md: the public names with their signatures and the first paragraph of their docstrings."""
    lines = [
        "# The Python API",
        "",
        "<!-- Written by `make generated` from the code; change it there. -->",
        "",
        "What other programs may import. Names on this page keep their meaning within a minor version, and what becomes of them is",
        "told in the changelog; everything else may change at any time. All of it is typed (`py.typed`). For other languages there",
        "are the [commands](commands.md) with `--json`, and the [routes](routes.md), which `/openapi.json` describes.",
    ]
    for name, names in API.items():
        module = importlib.import_module(name)
        lines += ["", f"## {name}", ""]
        for one in names:
            thing = getattr(module, one)
            said = inspect.cleandoc(thing.__doc__ or "").split("\n\n")[0].replace("``", "`")
            lines += [f"### {one}", "", "```text", *signature(one, thing), "```", "", said, ""]
        lines.pop()
    return "\n".join(lines) + "\n"


def signature(name: str, thing: object) -> list[str]:
    """How ``thing`` is called, or its fields where it is a record."""
    fields = getattr(thing, "__struct_fields__", None)
    if fields:
        return textwrap.wrap(f"class {name}: {', '.join(fields)}", 100, subsequent_indent="    ")
    if inspect.isclass(thing):
        members = getattr(thing, "__members__", None)
        return [f"class {name}: {', '.join(members)}" if members else f"class {name}"]
    kind = "async def" if inspect.iscoroutinefunction(thing) else "def"
    called = str(inspect.signature(thing)).replace("'", "")  # type: ignore[arg-type] # a function, by the list above
    return textwrap.wrap(f"{kind} {name}{called}", 100, subsequent_indent="    ")


def notice() -> str:
    """NOTICE: whose work Consentry needs, by the lock for its users, and under which licences."""
    kept = dict(re.findall(r"(?m)^  (\S+) +(.+)$", _read("NOTICE")))
    listed = {name: licence(name) or kept.get(name, "not installed here") for name in locked()}
    width = max(map(len, listed)) + 2
    lines = [
        "Consentry",
        "Copyright the Consentry authors. Licensed under the Apache License, Version 2.0 (LICENSE).",
        "",
        "Consentry is installed beside the packages below, and ships none of them. They are those of requirements.lock (with the",
        "extra [scan]), each under its own licence, as its metadata says. Written by `make generated`.",
        "",
        *(f"  {name.ljust(width)}{said}" for name, said in listed.items()),
    ]
    return "\n".join(lines) + "\n"


def locked() -> list[str]:
    """The names that requirements.lock pins, sorted."""
    return sorted(set(re.findall(r"(?m)^([a-z0-9][a-z0-9._-]*)==", _read("requirements.lock"))))


def licence(name: str) -> str:
    """The licence of an installed package: its expression, else its classifiers, else its field; "" where it is not here."""
    try:
        said = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    if said["License-Expression"]:
        return str(said["License-Expression"])
    named = [
        one.rpartition(" :: ")[2] for one in said.get_all("Classifier") or [] if one.startswith("License :: ")
    ]
    named = [one for one in named if one != "OSI Approved"]
    first = (said["License"] or "").strip().splitlines()
    return " or ".join(named) or (first[0][:80] if first else "see the package")


def _read(name: str) -> str:
    path = ROOT / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


PAGES = {"docs/law.md": law, "docs/api.md": api, "NOTICE": notice}


def main() -> None:
    for name, text in PAGES.items():
        (ROOT / name).write_text(text(), encoding="utf-8")
        print(name)


if __name__ == "__main__":
    main()
