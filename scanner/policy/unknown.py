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
    rf"\b(?:software|providers?|partners?|tool|system|suppliers?|processors?|host|agency|accountants?|auditors?|insurers?|printers?|carriers?|couriers?|bank) (?:is|are) ({_NAME})(?=[ (,.;]|$)"
)
_ONE = r"(?:[A-Z0-9]|[a-z]{1,3}\.?[A-Z])[\w&'.-]*(?: (?:[A-Z0-9][\w&'-]*|of|&)){0,3}"
_DONE = (
    r"(?:handled|served|taken|sent|managed|provided|measured|tracked|counted|employed|requested|gathered|booked|reserved|arranged|"
    r"made|created|built|organi[sz]ed|collected|displayed|pulled|played|streamed|delivered|dispatched|mailed|texted|carried|"
    r"calculated|worked out|processed|monitored|reported|logged|stored|backed up|synchroni[sz]ed|accepted|charged|billed|settled|"
    r"printed|shipped|translated|transcribed|recorded|scored|checked|verified|protected|guarded|secured|filtered|drawn|rendered|"
    r"fetched|loaded|embedded|hosted|run|operated|offered|issued|supported|scanned|read|done|performed|conducted|executed|"
    r"analy[sz]ed|evaluated|supplied|powered|maintained|generated|published|optimi[sz]ed|distributed|auctioned|assisted)"
)
_FROM_SERVICE = r"(?:services?|tools?|software|platform|servers?|engine|shop|systems?|solutions?|app|plug-?in|add-?on|API|network|widget) (?:of|from|by)"
_AGENTS = (
    # "is requested by X", "are displayed through X", "can be booked in X"
    re.compile(rf"\b{_DONE}(?: \w+){{0,2}} (?:by|via|through|with|over|on) (?:the )?({_ONE})"),
    re.compile(rf"\b(?:booked|reserved|created|built|managed|handled|kept|drawn up|planned) in ({_ONE})"),
    # any passive: "are signed with X", "is resolved by X"
    re.compile(
        rf"\b(?:is|are|was|were|be|been|being|gets?) (?:\w+ )?\w+(?:ed|n|t|id|old|ut|de) (?:out |up |on |after |down |away |to us )?(?:by|via|through|with) (?:the )?({_ONE})"
    ),
    re.compile(rf"\b(?:licensed|rented|bought|purchased|leased|sourced|hired) (?:in )?from ({_ONE})"),
    re.compile(
        rf"\b(?:handed|given|passed|forwarded|transferred|disclosed|assigned|outsourced|entrusted) (?:over |on )?to (?:the )?({_ONE})"
    ),
    # "in X, our membership software"
    re.compile(
        rf"(?<=[a-z] )({_ONE}), (?:our|an?|the) (?:\w+ ){{0,3}}(?:software|tool|provider|printer|platform|systems?|service|agency|partner|supplier|company|firm|app|host|processor|network|solution|plug-?in|database|product|program(?:me)?|vendor|carrier|bureau)\b"
    ),
    # "by way of X", "the booking engine of X", "our tour comes from X", "sends crash data to X"
    re.compile(
        rf"\b(?:via|by (?:way|means) of|with the (?:help|aid) of|thanks to|{_FROM_SERVICE}|[Mm]aps by|[Vv]ideos by|"
        rf"comes? from|came from|(?:runs?|streams?|flows?|travels?|lands?|lives?|sits?|goes) (?:on|over|through|at|with|in)|"
        rf"(?:sends?|sent|pass(?:es|ed)?|hands?|forwards?|transfers?) (?:\w+ ){{1,4}}to) (?:the )?({_ONE})"
    ),
    # "A, for groups, by X"; "through Booking.com and X via Y": what goes on from an agent
    re.compile(rf"(?:\bor|\band),? (?:\w+ ){{0,3}}?,? ?(?:by|via|through|with) ({_ONE})(?=[,.;)]|$)"),
    # "If you pay online, X takes your card details": a capital after a comma is a name's
    re.compile(
        rf"(?<=[a-z], )({_ONE}) (?:takes|scores|shows|hosts|delivers|supplies|powers|runs|measures|counts|draws|plays|carries|selects|translates|monitors|checks)\b"
    ),
)
"""How policies say in passing whom they use. Weaker than the forms above: a word that the policy also writes small is no name."""
_USING = re.compile(rf"\busing (?:the )?({_ONE})")
_OF_KIND = re.compile(
    rf"\b(?:an?|the|our|of|as) ({_ONE}) (?:widgets?|plug-?ins?|pixels?|tags?|scripts?|SDK|players?|embeds?|feeds?|integrations?|pens?|buttons?|badges?|iframes?)\b"
)
"""Weaker still: "using X", "an X widget", where the policy writes no word of the name small."""
_AND_ANOTHER = re.compile(
    rf"^,? (?:and|or|&) ({_ONE})(?=[,.;:)]|$| (?:and|or|via|for|to|in|on|which|who)\b| \()"
)
"""What goes on from an agent: "by A and B"; after a comma alone an address can follow."""
_OPERATOR = re.compile(
    r"\b(?:[Tt]his|[Tt]he|[Oo]ur) (?:web ?)?(?:site|shop|store|page|app)s?\b[^.;]{0,40} (?:is|are) (?:owned and |owned, )?(?:run|operated|owned|published|provided) (?:\w+ )?by (?:the )?$"
)
"""Who is named after this is whose policy it is."""
_NO_AGENT = re.compile(
    r"\b(?:complain|lodge|supervisory|authorit|ombuds|commissioner|court|applicable law|child|parent)",
    re.IGNORECASE,
)
_NUMBERED_COMPANY = re.compile(
    rf"^\d{{1,2}}(?:\.\d{{1,2}})*\.? ({_NAME}?),? (?:Inc|LLC|Ltd|GmbH|AG|B\.V|BV|S\.A|SAS|S\.r\.l|A/S|ApS|AB|Oy)\b"
)
"""A heading that numbers a company, in a list of partners."""
_FIRST_WORDS = {
    "The", "This", "That", "Our", "Your", "We", "If", "In", "By", "For", "When", "Where", "These", "Those", "Any", "All", "Each", "Some", "Such", "Other", "Please", "You", "It",
    "To", "As", "At", "On", "From", "With", "Also", "However", "Their", "Its", "A", "An", "Under", "See", "More", "Read", "Visit", "Company", "Website",
}  # fmt: skip
_NO_NAMES = re.compile(
    r"\b(?:Information|Data|Cookies?|Services?|Policy|Policies|Notice|Website|Websites|Site|Sites|Technolog\w+|Beacons?|Users?|Terms|Conditions|Statement|Part(?:y|ies)|Provider|Providers|Company|Controller|Processors?|Customers?|Clients?|Act|Regulation|Directive|Commission|Union|Rights?|Law|Court|Parliament|Government|Council|Police|Minist\w+|Officer|Authority|Shield|Framework|Clauses?|Safe Harbou?r|Internet|Web|SSL|TLS|HTTPS?|IP|EU|EEA|UK|US|USA|GDPR|CCPA|JavaScript|HTML5?|Flash|AI|PII|NPI|CRM|CMS|SMS|PDF|VAT|Products?|Platform|App|Apps|Accounts?|Content|Group|Affiliates?|Partners?|Marketing|Analytics Tools)\b"
)

_WE_AFTER = re.compile(r"^[^()]{0,20}\([^)]{0,40}\b(?:we|us|our|company|controller)\b", re.IGNORECASE)
_SERVES = re.compile(
    r"\b(?:provid|service|process|shar|transfer|us(?:e|es|ing)\b|host|partner|recipient|cookies?)",
    re.IGNORECASE,
)
TITLE_LINES, LONGEST_TITLE = 3, 120
"""Lines, and their characters, in which a policy says whose it is."""
MOST_MENTIONS = 4
"""How often a policy names somebody else whom nobody knows."""


def unknown_names(
    document: Document,
    sentences: Iterable[Sentence],
    taken: Iterable[tuple[int, int, int]],
    own_names: set[str],
    banned: Iterable[re.Pattern[str]] = (),
) -> Iterator[tuple[Sentence, int, int, str]]:
    """Yield sentence, start, end and name of companies that are not in ``taken`` (sentence index, start, end).

    ``banned`` is what is never a name here (countries, browsers).
    """
    banned = tuple(banned)
    spans: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for index, start, end in taken:
        spans[index].append((start, end))
    for sentence in sentences:
        found = list(
            _headed(sentence.plain) if sentence.kind == "heading" else _candidates(sentence.plain, own_names)
        )
        if sentence.kind != "heading" and not _NO_AGENT.search(sentence.plain):
            found += _agents(document, sentence.plain, banned)
        for start, end in found:
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


def _headed(text: str) -> Iterator[tuple[int, int]]:
    match = _NUMBERED_COMPANY.match(text)
    if match is not None:
        yield match.span(1)


def _agents(document: Document, text: str, banned: tuple[re.Pattern[str], ...]) -> Iterator[tuple[int, int]]:
    for pattern in (*_AGENTS, _USING, _OF_KIND):
        for match in pattern.finditer(text):
            start, end = match.span(1)
            if pattern in {_USING, _OF_KIND} and any(
                _is_written_small(document, word) for word in match[1].split()
            ):
                continue
            if _OPERATOR.search(text[:start]):
                continue
            while True:
                name = text[start:end].rstrip(" .,'-&")
                if not is_own_word(document, name) and not any(one.search(name) for one in banned):
                    yield start, start + len(name)
                following = _AND_ANOTHER.match(text[end:])
                if following is None:
                    break
                start, end = end + following.start(1), end + following.end(1)


def is_own_word(document: Document, name: str) -> bool:
    """Whether a name begins with a word that is none of a company: a month, a general word, one that the policy also writes small, or one of its title."""
    first = name.partition(" ")[0]
    if first in _FIRST_WORDS or first.isdigit() or _CATEGORY_WORDS.match(name):
        return True
    return first in _title(document) or _is_written_small(document, first)


def _title(document: Document) -> str:
    """The first lines where they are no sentences: they say whose policy it is."""
    lines = [line.strip() for line in document.text[:400].split("\n") if line.strip()][:TITLE_LINES]
    return "\n".join(
        line for line in lines if len(line) < LONGEST_TITLE and not line.endswith((".", ":", ";"))
    )


def _is_written_small(document: Document, word: str) -> bool:
    if any(character.isupper() for character in word[1:]) or not word.isalpha():
        return False  # no word of the language is written so
    return re.search(rf"\b{re.escape(word.lower())}s?\b", document.text) is not None


_ITEM = re.compile(rf"^({_NAME})(?=$|,|;| \(| - |:| for\b|\.$)")


def item_name(document: Document, text: str, own_names: set[str], banned: Iterable[re.Pattern[str]]) -> str:
    """Return the name that an item of a list of companies begins with; empty where it begins with none."""
    match = _ITEM.match(text)
    if match is None:
        return ""
    name = match[1].rstrip(" .,'-&")
    fits = _is_company(name, own_names) and not is_own_word(document, name)
    return name if fits and not any(one.search(name) for one in banned) else ""


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
    return _NO_NAMES.search(_PRODUCT.sub("", name)) is None and not any(
        own and (own in flat or flat in own) for own in own_names if len(own) > 2
    )


_PRODUCT = re.compile(r"(?<=\w) (?:CMS|CRM|App|Cloud|Platform|Group)$")
"""Words that end the names of products and companies, and are none alone."""
_LISTED = re.compile(
    r"(?P<before>(?:, ?(?:and |or |& ?)?|\band |\bor |: ?|\()) ?(?P<name>[A-Z0-9][\w.&'-]*(?: [A-Z][\w.&'-]*){0,2})(?= ?(?:,|\)|;|\.(?: |$)|$| and [A-Z]| or [A-Z]))"
)
_CATEGORY_WORDS = re.compile(
    r"^(?:Advertising|Analytics|Hosting|Payments?|Marketing|Security|Social|Media|Email|E-mail|Support|Storage|Cloud|Messaging|Maps|Videos?|Fonts|Forms|"
    r"Chat|Statistics|Performance|Functional(?:ity)?|Targeting|Necessary|Essential|Preferences?|Others?|Name|Address|Phone|Purpose|Country|January|"
    r"February|March|April|May|June|July|August|September|October|November|December|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?|Mr|Ms|Mrs|Dr|Prof|Chapter|Standard|Europe|European|"
    r"German|English|French|Dutch|Swiss|Austrian|Italian|Spanish|Irish|British|American|Danish|Swedish|Polish|Federal|National|State|General|Art|Article|Section|Clause|Annex|Inc|LLC|Ltd|GmbH)\b"
)


_TO_NEXT = re.compile(r"^\W{0,3}(?:(?:and|or|&) )?(?:(?:the|your|our|an?) )?\W?$")
"""What may stand between a name of a list and the next one."""


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
        before_one = text[end : end + 1] != ")" and any(
            end <= a and _TO_NEXT.match(text[end:a]) is not None for a, _ in known
        )
        closes = re.search("and|or|&", match["before"]) is not None
        # The last of a list without "and" is seldom one of it: "(Acme Inc., Atlanta)".
        listed = after_one and (before_one or (closes and sum(start - 80 < a < start for a, _ in known) >= 2))
        if listed and not any(one.search(name) for one in banned) and _is_company(name, own_names):
            yield start, end
