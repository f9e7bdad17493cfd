"""Finds companies that no list of names holds: by their legal form, or by a sentence that gives their privacy policy.

This is for completeness; what it yields is a name as the policy writes it, with little confidence.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from scanner.policy.model import Document, Sentence
from scanner.policy.names import squeezed

_NAME = r"[A-Z0-9][\w&'.-]*(?: (?:[A-Z0-9][\w&'-]*|of|&|and(?= [A-Z]))){0,4}"
_LEGAL = re.compile(
    rf"(?<![\w.])({_NAME}?),? (?:Inc\.|Inc\b|LLC\b|L\.L\.C\.|Ltd\.?\b|Limited\b|GmbH\b|AG\b|B\.V\.|BV\b|S\.A\.S?\.?|SAS\b|S\.r\.l\.|Corp\.?\b|Corporation\b|A/S\b|ApS\b|AB\b|Oy\b|PLC\b|Pty\.? Ltd)"
)
_POLICY = re.compile(rf"(?<![\w.])({_NAME}?)'s? [Pp]rivacy (?:[Pp]olicy|[Nn]otice|[Ss]tatement)")
_POLICY_OF = re.compile(rf"[Pp]rivacy (?:[Pp]olicy|[Nn]otice|[Ss]tatement) of ({_NAME})")
_USES = re.compile(
    rf"\b[Ww]e (?:also |currently |additionally )?(?:use|utili[sz]e|work with|partner with|have engaged|rely on) (?:the |a |our )?(?:(?:service|tool|software|platform|provider|plugin|app)s? )?({_NAME})(?= (?:to|for|as|which|who|in order)\b|,|\.| \()"
)
_SUPPLIED = re.compile(
    rf"\b(?:provided|hosted|operated|powered|supplied|processed|managed) (?:to us )?(?:by|with|on) (?:the )?({_NAME})(?=[,.;]| (?:to|in|for|which|who)\b| \(|$)"
)
_IS = re.compile(
    rf"\b(?:software|providers?|partners?|tool|system|suppliers?|processors?|host|agency) (?:is|are) ({_NAME})(?=[ (,.;]|$)"
)
_FIRST_WORDS = {
    "The", "This", "That", "Our", "Your", "We", "If", "In", "By", "For", "When", "Where", "These", "Those", "Any", "All", "Each", "Some", "Such", "Other", "Please", "You", "It",
    "To", "As", "At", "On", "From", "With", "Also", "However", "Their", "Its", "A", "An", "Under", "See", "More", "Read", "Visit", "Company", "Website",
}  # fmt: skip
_NO_NAMES = re.compile(
    r"\b(?:Information|Data|Cookies?|Services?|Policy|Policies|Notice|Website|Websites|Site|Sites|Technolog\w+|Beacons?|Users?|Terms|Conditions|Statement|Part(?:y|ies)|Provider|Providers|Company|Controller|Processors?|Customers?|Clients?|Act|Regulation|Directive|Commission|Union|Rights?|Law|Court|Officer|Authority|Shield|Framework|Clauses?|Safe Harbou?r|Internet|Web|SSL|TLS|HTTPS?|IP|EU|EEA|UK|US|USA|GDPR|CCPA|JavaScript|HTML5?|Flash|AI|PII|NPI|CRM|CMS|SMS|PDF|VAT|Products?|Platform|App|Apps|Accounts?|Content|Group|Affiliates?|Partners?|Marketing|Analytics Tools)\b"
)

_WE_AFTER = re.compile(r"^[^()]{0,20}\([^)]{0,40}\b(?:we|us|our|company|controller)\b", re.IGNORECASE)
_SERVES = re.compile(
    r"\b(?:provid|service|process|shar|transfer|us(?:e|es|ing)\b|host|partner|recipient|cookies?)",
    re.IGNORECASE,
)
MOST_MENTIONS = 4
"""How often a policy names somebody else whom nobody knows."""


def unknown_names(
    document: Document,
    sentences: Iterable[Sentence],
    taken: Iterable[tuple[int, int, int]],
    own_names: set[str],
) -> Iterator[tuple[Sentence, int, int, str]]:
    """Yield sentence, start, end and name of companies that are not in ``taken`` (sentence index, start, end)."""
    spans: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for index, start, end in taken:
        spans[index].append((start, end))
    for sentence in sentences:
        if sentence.kind == "heading":
            continue
        for start, end in _candidates(sentence.plain, own_names):
            name = sentence.plain[start:end]
            free = not any(a < end and start < b for a, b in spans[sentence.index])
            # A policy speaks so often of its own company only.
            seldom = document.text.count(name.partition(" ")[0]) <= MOST_MENTIONS
            if free and seldom and _is_company(name, own_names):
                spans[sentence.index].append((start, end))
                yield sentence, start, end, name


def _candidates(text: str, own_names: set[str]) -> Iterator[tuple[int, int]]:
    """Yield where a name may stand; a company that says "we" of itself goes to ``own_names``."""
    for pattern in (_LEGAL, _POLICY, _POLICY_OF, _USES, _SUPPLIED, _IS):
        for match in pattern.finditer(text):
            start, end = match.span(1)
            first, _, rest = match[1].partition(" ")
            if first in _FIRST_WORDS:
                start += len(first) + 1
            name = text[start:end].rstrip(" .,'-&")
            if not name or (first in _FIRST_WORDS and not rest):
                continue
            if pattern is _LEGAL:
                if _WE_AFTER.search(text[match.end() : match.end() + 80]):
                    own_names.add(squeezed(name))
                    continue
                if not _SERVES.search(text):
                    continue
            yield start, start + len(name)


def company_in(cell: str, own_names: set[str]) -> str:
    """Return the company that a cell of a table of companies names, without what stands in brackets; empty for none."""
    name = re.split(r" \(|,? (?:Inc|LLC|Ltd|Limited|GmbH|AG|Corp|B\.V|SAS)\b| - |;|\n", cell.strip())[
        0
    ].strip(" .,*")
    fits = (
        1 <= len(name.split()) <= 5 and name[:1].isalnum() and any(character.isupper() for character in name)
    )
    general = (
        _NO_NAMES.search(name.partition(" ")[0]) is not None
    )  # "Hosting partners", not "Rozetta Technologies"
    return name if fits and not general and squeezed(name) not in own_names else ""


def _is_company(name: str, own_names: set[str]) -> bool:
    if len(name) < 3 or len(name) > 50 or (not re.search(r"[a-z]", name) and len(name) > 5):
        return False
    flat = squeezed(name)
    return _NO_NAMES.search(name) is None and not any(
        own and (own in flat or flat in own) for own in own_names if len(own) > 2
    )


_LISTED = re.compile(
    r"(?P<before>(?:, ?(?:and |or |& ?)?|\band |\bor |: ?|\()) ?(?P<name>[A-Z0-9][\w.&'-]*(?: [A-Z][\w.&'-]*){0,2})(?= ?(?:,|\)|;|\.(?: |$)|$| and [A-Z]| or [A-Z]))"
)
_CATEGORY_WORDS = re.compile(
    r"^(?:Advertising|Analytics|Hosting|Payments?|Marketing|Security|Social|Media|Email|E-mail|Support|Storage|Cloud|Messaging|Maps|Videos?|Fonts|Forms|"
    r"Chat|Statistics|Performance|Functional(?:ity)?|Targeting|Necessary|Essential|Preferences?|Others?|Name|Address|Phone|Purpose|Country|January|"
    r"February|March|April|May|June|July|August|September|October|November|December|Monday|Art|Article|Section|Clause|Annex|Inc|LLC|Ltd|GmbH)\b"
)


def listed_names(
    sentence: Sentence, known: list[tuple[int, int]], banned: Iterable[re.Pattern[str]], own_names: set[str]
) -> Iterator[tuple[int, int]]:
    """Yield the unknown names that stand in a list of known ones: `Braintree, Quellwerk and Stripe`.

    ``known`` are the places of names already found, ``banned`` what is never a name here (countries, browsers).
    """
    text = sentence.plain
    if len(known) < 2:
        return
    for match in _LISTED.finditer(text):
        name = match["name"].rstrip(".,'-&")
        start = match.start("name")
        end = start + len(name)
        if any(a < end and start < b for a, b in known) or _CATEGORY_WORDS.match(name):
            continue
        after_one = any(0 <= start - b <= 6 for _, b in known)
        before_one = text[end : end + 1] != ")" and any(0 <= a - end <= 6 for a, _ in known)
        closes = re.search("and|or|&", match["before"]) is not None
        # The last of a list without "and" is seldom one of it: "(Acme Inc., Atlanta)".
        listed = after_one and (before_one or (closes and sum(start - 80 < a < start for a, _ in known) >= 2))
        if listed and not any(one.search(name) for one in banned) and _is_company(name, own_names):
            yield start, end
