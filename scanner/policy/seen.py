"""What a report saw, grouped as a policy would declare it: by service, else by vendor, else by domain."""

from __future__ import annotations

from collections import defaultdict

import msgspec

from consent.model.categories import Category, Party
from consent.model.errors import NotFoundError
from scanner.evidence import everything, strictest
from scanner.knowledge import Knowledge, Service
from scanner.mail.model import MailLink, MailService, Message
from scanner.parties import host_of, registrable_domain
from scanner.policy.names import squeezed
from scanner.report import Item, Report, Request


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """One service (or unknown third party) that the scan saw. ``label`` is what to call it.

    ``domains`` are its own: where a service keeps something in the site's name, the site's domain is none of them.
    """

    label: str
    vendor: str
    vendor_id: str
    service_id: str
    category: Category
    domains: tuple[str, ...]
    items: tuple[Item, ...] = ()
    requests: tuple[Request, ...] = ()
    purpose: str = ""
    country: str = ""
    policy_url: str = ""

    @property
    def things(self) -> tuple[Item | Request, ...]:
        """The items, then the requests."""
        return self.items + self.requests

    def means(self, name: str) -> bool:
        """Whether a name is that of one of its domains (`leadfeeder` for `leadfeeder.com`)."""
        flat = squeezed(name)
        return len(flat) > 2 and any(
            flat in {squeezed(d), squeezed(d.partition(".")[0])} for d in self.domains
        )


def seen_of(report: Report, knowledge: Knowledge) -> tuple[Seen, ...]:
    """Return the third parties of a report, and the services that set something in the site's own name."""
    own = registrable_domain(host_of(report.start_url)) if report.start_url else ""
    groups: dict[str, list[Item | Request]] = defaultdict(list)
    services: dict[str, Service] = {}
    for thing in everything(report):
        service = _service(thing, knowledge)
        domain = registrable_domain(thing.host)
        if service is not None:
            services[service.id] = service
            groups[service.id].append(thing)
        elif thing.vendor:
            groups[f"vendor:{thing.vendor}:{thing.service}"].append(thing)
        elif thing.party is Party.THIRD and domain and domain != own:
            groups[f"domain:{domain}"].append(thing)
    by_name = {one.name: one for one in knowledge.services}
    for message in report.mail:
        involved: list[MailService | MailLink] = [*message.sent_by, *message.links]
        for by in involved:
            known = by_name.get(by.service)
            if known is not None and known.id not in groups and not known.vendor.collective:
                groups[known.id] = [_carried(message, known)]
                services[known.id] = known
    return tuple(_seen(groups[key], services.get(key), own) for key in sorted(groups))


def _carried(message: Message, service: Service) -> Request:
    """What stands for a service that sent a message or counts its links, of which no request was seen."""
    host = next(iter(service.hosts), service.vendor.id)
    return Request(
        url=f"https://{host}/",
        host=host,
        party=Party.THIRD,
        type="message",
        state=message.state,
        page=message.page,
        category=service.category,
        vendor=service.vendor.name,
        service=service.name,
    )


def _service(thing: Item | Request, knowledge: Knowledge) -> Service | None:
    """The service of the vendor rules that a thing belongs to; None for the site's own and for what nobody knows."""
    found: Service | None = None
    if isinstance(thing, Request):
        known = knowledge.request(thing.url)
        found = known if known is None or isinstance(known, Service) else known.service
    elif thing.rule:
        try:
            found = knowledge.service(".".join(thing.rule.split(".")[:2]))
        except NotFoundError:
            found = None
    if found is None and thing.service:
        found = next((one for one in knowledge.services if one.name == thing.service), None)
    return None if found is not None and found.vendor.generic else found


def _seen(things: list[Item | Request], service: Service | None, own: str) -> Seen:
    domains = tuple(dict.fromkeys(registrable_domain(thing.host) for thing in things))
    first = things[0]
    return Seen(
        label=(service.name if service else "") or first.service or first.vendor or domains[0],
        vendor=service.vendor.name if service else first.vendor,
        vendor_id=service.vendor.id if service else "",
        service_id=service.id if service else "",
        category=strictest(things),
        domains=tuple(domain for domain in domains if domain != own),
        items=tuple(thing for thing in things if isinstance(thing, Item)),
        requests=tuple(thing for thing in things if isinstance(thing, Request)),
        purpose=service.purpose
        if service
        else next((t.purpose for t in things if isinstance(t, Item) and t.purpose), ""),
        country=service.vendor.country if service else "",
        policy_url=service.vendor.policy_url if service else "",
    )
