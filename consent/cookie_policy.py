"""The cookie policy: the declaration with what the law wants told around it, to print or to put beside the privacy policy.

It is made from the declaration, so the two never differ. What must be told: legal basis, withdrawal, recipients outside the
European Economic Area, rights (GDPR Art. 7(3), 13(1)(c) and (f), 13(2)(b) to (d); ePrivacy Directive Art. 5(3)).
"""

from __future__ import annotations

import msgspec

from consent.declaration import Declaration
from consent.model.sites import Site
from consent.wording import Wording

_EEA = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK"
EEA = frozenset(_EEA.split())
"""The European Union, Iceland, Liechtenstein and Norway."""


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """One section: after its paragraphs comes the list of what is used, or the visitor's choice, where it is marked so."""

    title: str
    paragraphs: tuple[str, ...]
    list: bool = False
    choice: bool = False


class CookiePolicy(msgspec.Struct, frozen=True, kw_only=True):
    """The whole policy but for the tables, which are the declaration's."""

    title: str
    sections: tuple[Section, ...]


def cookie_policy(site: Site, declaration: Declaration) -> CookiePolicy:
    """Return the policy in the language of a declaration."""
    words = Wording(site, declaration.language)
    abroad = sorted(
        {
            words.country(service.country)
            for category in declaration.categories
            for service in category.services
            if service.country and service.country not in EEA
        }
    )
    change = words.text("change_text", reopen=words.shared("reopen"), days=str(site.banner.consent_days))
    return CookiePolicy(
        title=words.text("policy_title", site=declaration.name),
        sections=(
            Section(title=words.text("what_title"), paragraphs=(words.text("what_text"),)),
            Section(
                title=words.text("basis_title"),
                paragraphs=(words.text("basis_necessary"), words.text("basis_consent")),
            ),
            Section(
                title=words.text("change_title"), paragraphs=(change, words.text("record_text")), choice=True
            ),
            Section(
                title=words.text("list_title"),
                paragraphs=(words.text("transfer_text", countries=words.listed(abroad)),) if abroad else (),
                list=True,
            ),
            Section(title=words.text("rights_title"), paragraphs=(words.text("rights_text"),)),
        ),
    )
