"""What a log records of people, in figures and words, and a paragraph for the privacy policy that is true of it."""

from __future__ import annotations

import msgspec

from scanner.accesslogs.record import MAX_DISTINCT, Record

_TOLD: dict[str, tuple[str, str]] = {
    "address v4": ("IP addresses (IPv4)", "the IP address"),
    "address v6": ("IP addresses (IPv6)", "the IP address"),
    "address name": ("host names of visitors", "the host name of your connection"),
    "forwarded": ("addresses passed on by proxies (X-Forwarded-For)", "the IP addresses that proxies passed on"),
    "port": ("port numbers of visitors", "the port of your connection"),
    "user": ("user names", "the name under which you signed in"),
    "e-mail": ("e-mail addresses in addresses of pages", "e-mail addresses that were part of a page's address"),
    "secret": ("tokens, keys and session ids in addresses of pages", "session ids and tokens that were part of a page's address"),
    "person": ("names and numbers of persons in addresses of pages", "names or customer numbers that were part of a page's address"),
    "place": ("places", "your approximate place"),
    "click": ("click identifiers of advertisers and newsletters", "marks by which advertisements and newsletters recognise a click"),
    "search": ("search words", "what you searched for on the site"),
    "query": ("addresses of pages with a query", ""),
    "referrer": ("pages from which visitors came (referrers)", "the page from which you came"),
    "referrer with a query": ("referrers with a query, which other sites filled in", ""),
    "agent": ("user agents", "the kind and version of your browser and operating system"),
    "cookie": ("cookies and credentials", "cookies that your browser sent"),
    "fingerprint": ("fingerprints of connections or certificates", "technical marks of your connection"),
}  # fmt: skip
"""Each kind of `Record.counts`: in words for the operator, and for visitors (empty where another kind says it)."""


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of personal data: how many fields hold it, and in what share of the lines (at most 1)."""

    kind: str
    words: str
    fields: int
    share: float


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What was found in a log.

    ``lines`` are those that were read, ``unread`` those that are not of the format (left out of a copy). ``addresses`` counts
    different ones, ``at_least`` says that there are more. ``shortened`` is the share of addresses that look shortened already.
    ``days`` is the time between the first and the last entry, both days counted. ``parameters`` are those of queries that tell of a
    person, with how often.
    """

    file: str
    format: str
    lines: int
    unread: int
    bytes: int
    kinds: tuple[Kind, ...]
    addresses: int
    at_least: bool
    shortened: float
    first: str
    last: str
    days: int | None
    parameters: dict[str, int]
    policy: str
    out: str = ""
    addresses_in_copy: str = ""


def summary_of(
    record: Record,
    *,
    file: str,
    format_name: str,
    lines: int,
    unread: int,
    size: int,
    out: str = "",
    way: str = "",
) -> Summary:
    """Return the figures of a log; ``way`` is what became of addresses in the copy ``out``."""
    kinds = tuple(
        Kind(
            kind=kind,
            words=_TOLD[kind][0],
            fields=record.counts[kind],
            share=round(min(1.0, record.counts[kind] / max(1, lines)), 4),
        )
        for kind in _TOLD
        if record.counts[kind]
    )
    met = record.counts["address v4"] + record.counts["address v6"]
    first, last = record.first, record.last
    return Summary(
        file=file,
        format=format_name,
        lines=lines,
        unread=unread,
        bytes=size,
        kinds=kinds,
        addresses=record.distinct,
        at_least=record.distinct >= MAX_DISTINCT,
        shortened=round(record.shortened / met, 4) if met else 0.0,
        first=first.isoformat() if first else "",
        last=last.isoformat() if last else "",
        days=(last - first).days + 1 if first and last else None,
        parameters=dict(record.parameters.most_common(40)),
        policy=policy_of(record, has_copy=bool(out), way=way),
        out=out,
        addresses_in_copy=way if out else "",
    )


def policy_of(record: Record, *, has_copy: bool = False, way: str = "") -> str:
    """Return a paragraph for the policy's section on server logs: only what this log holds, decisions in brackets."""
    named = list(dict.fromkeys(words for kind, (_, words) in _TOLD.items() if words and record.counts[kind]))
    shortened = (
        record.shortened and record.shortened >= record.counts["address v4"] + record.counts["address v6"]
    )
    if shortened:
        named = ["a shortened IP address" if one == "the IP address" else one for one in named]
    held = [
        *named[:1],
        *(["the date and time"] if record.first else []),
        "the page or file that was asked for",
        *named[1:],
    ]
    begin = (
        "Server logs. When you visit our site, our web server writes a line into a log for each page and file that your browser asks for. "
        f"Such a line holds {_listed(held)}. Put together, the lines show which pages were visited in which order from one address (a clickstream)."
    )
    told = [begin]
    told.append(
        "We use the log to [keep the site running and safe, and to find errors]. The legal basis is [our legitimate interest in that, "
        "Art. 6(1)(f) GDPR]. The log is read by [us and by our hosting provider], and its entries are deleted after [number] days."
    )
    if record.first and record.last:
        days = (record.last - record.first).days + 1
        told.append(
            f"[Check before you publish: the log that was read held {days} {'day' if days == 1 else 'days'} of entries.]"
        )
    if has_copy:
        what = {
            "truncate": "IP addresses are shortened to the part that many connections share",
            "drop": "there are no IP addresses",
            "hash": "IP addresses are replaced by keyed hashes whose key [is destroyed after each day]",
        }[way]
        told.append(
            f"For statistics we keep a copy in which {what}, without user names, cookies, and what addresses of pages said of persons."
        )
    if record.counts["e-mail"] or record.counts["secret"]:
        told.append(
            "[Mend first: addresses of pages hold e-mail addresses, tokens or session ids. Send such values in the body of a request, not in "
            "its address; then leave them out above.]"
        )
    return "\n\n".join(told)


def _listed(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]
