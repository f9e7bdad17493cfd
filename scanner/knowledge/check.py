"""Checks all rule files together: their own examples, and overlaps that disagree.

Two rules overlap where one name (on one host) meets both with equal right; they disagree where the categories differ.
A vendor's rule outranks a generic one by design, so that pair is no overlap.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from consent.model.categories import Category
from consent.model.errors import ConfigError
from scanner.knowledge.index import RULES, Knowledge
from scanner.knowledge.load import read_file, services_of
from scanner.knowledge.mail import MailRules
from scanner.knowledge.model import (
    ItemRule,
    ItemTable,
    MailTable,
    RequestTable,
    Service,
    VendorFile,
    is_regex,
    name_pattern,
)

SHORT_NAME = 4


def check_rules(folder: Path = RULES) -> Knowledge:
    """Return the knowledge of a folder; raises `ConfigError` that lists every problem of all files."""
    problems = []
    files: dict[str, VendorFile] = {}
    services: dict[str, list[Service]] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            files[path.stem] = read_file(path)
            services[path.stem] = list(services_of(path.stem, files[path.stem]))
        except ConfigError as error:
            problems.append(error.message)
    knowledge = Knowledge(service for found in services.values() for service in found)
    for stem, file in files.items():
        if stem not in services:
            continue
        problems.extend(f"{stem}.toml: {problem}" for problem in _file(stem, file, services[stem], knowledge))
    problems.extend(_shared_hosts(knowledge))
    if problems:
        listed = "\n".join(f"  {problem}" for problem in problems)
        raise ConfigError(
            f"{folder.name}: {len(problems)} problem(s):\n{listed}", hint="docs/rules.md has every key."
        )
    return knowledge


def _file(stem: str, file: VendorFile, services: list[Service], knowledge: Knowledge) -> Iterator[str]:
    ids = [service.id for service in file.service]
    yield from (
        f"service {one!r}: there are two with this id" for one in sorted({i for i in ids if ids.count(i) > 1})
    )
    if any(service.item for service in file.service) and not (file.matches and file.ignores):
        yield "expected matches and ignores: names that this file must claim and names that it must leave alone"
    for example in file.matches:
        best = _best(knowledge, example)
        if best is None or best.service.vendor.id != stem:
            yield f"matches {example!r}: {_claimed(best)}, expected a rule of this file"
    for example in file.ignores:
        best = _best(knowledge, example)
        if best is not None and best.service.vendor.id == stem:
            yield f"ignores {example!r}: {best.id} claims it"
    rules_of_mail = MailRules.of(knowledge)
    for table, service in zip(file.service, services, strict=True):
        rules = {rule.name: rule for rule in service.items}
        for item in table.item:
            yield from _item(item, rules, knowledge)
        for request in table.request:
            yield from _request(request, service, knowledge)
        for mail in table.mail:
            yield from _mail(mail, service, rules_of_mail)


def _item(table: ItemTable, rules: dict[str, ItemRule], knowledge: Knowledge) -> Iterator[str]:
    own = [name for name in (*table.names, *table.words) if name in rules]
    for example in table.matches:
        best = _best(knowledge, example)
        if best is None or best.name not in own:
            yield f"item {own[0]!r}: matches {example!r}: {_claimed(best)}, expected one of its names"
    for example in table.ignores:
        name = example.partition("@")[0]
        yield from (
            f"item {one!r}: ignores {example!r}: it matches" for one in own if name_pattern(one).match(name)
        )
    for name in own:
        if is_regex(name) and not (table.matches and table.ignores):
            yield f"item {name!r}: a regular expression needs matches and ignores"
        yield from _overlap(rules[name], knowledge)
        yield from _weak_necessary(rules[name])


def _overlap(rule: ItemRule, knowledge: Knowledge) -> Iterator[str]:
    if is_regex(rule.name):
        return
    host = rule.hosts[0].replace(".*", ".com") if rule.hosts else ""
    first = True if rule.on == "first" else None
    matches = knowledge.rules_for(rule.name.replace("*", "1a2b3c"), host, first_party=first)
    if not matches:
        yield f"item {rule.name!r}: it does not match itself on {host or 'any host'}"
        return
    best = matches[0].rule
    if best is not rule and best.category is not rule.category and not _outranked(best, rule):
        yield f"item {rule.name!r} is {rule.category}, but {best.id} takes it as {best.category}"


def _weak_necessary(rule: ItemRule) -> Iterator[str]:
    """A name that anybody could use makes nothing necessary: what is necessary runs without consent."""
    if rule.category is not Category.NECESSARY or rule.order or rule.hosts or is_regex(rule.name):
        return
    if rule.weight < SHORT_NAME and not (rule.exact and rule.on == "first"):
        yield (
            f"item {rule.name!r}: {rule.weight} characters are too few to call something necessary on any host; "
            'name hosts, or set on = "vendor" (or "first" for an exact name)'
        )


def _outranked(best: ItemRule, rule: ItemRule) -> bool:
    """Whether it is by design that ``best`` comes first: vendors before generic, names before words, words in order."""
    return rule.order > 0 or (rule.service.vendor.generic and not best.service.vendor.generic)


def _request(table: RequestTable, service: Service, knowledge: Knowledge) -> Iterator[str]:
    for url in table.matches:
        found = knowledge.request(url)
        owner = found if isinstance(found, Service) or found is None else found.service
        if owner is not service:
            yield f"request {url}: expected {service.id}, found {owner.id if owner else 'nothing'}"
    for url in table.ignores:
        found = knowledge.request(url)
        if found is not None and not isinstance(found, Service) and found.service is service:
            yield f"request {url}: {found.id} takes it"


def _mail(table: MailTable, service: Service, rules: MailRules) -> Iterator[str]:
    if not (table.matches and table.ignores):
        yield "mail: expected matches and ignores: headers, senders and addresses that it must claim and leave alone"
    for example, wanted in (
        *((one, True) for one in table.matches),
        *((one, False) for one in table.ignores),
    ):
        found = rules.example(example)
        if wanted and found is not service:
            yield f"mail {example}: expected {service.id}, found {found.id if found else 'nothing'}"
        if not wanted and found is service:
            yield f"mail {example}: {found.id} takes it"


def _shared_hosts(knowledge: Knowledge) -> Iterator[str]:
    """Two services on one host must agree: the first one would silently win."""
    seen: dict[str, Service] = {}
    requests: dict[tuple[str, str, tuple[str, ...]], str] = {}
    for service in knowledge.services:
        for host in service.hosts:
            other = seen.setdefault(host, service)
            if other is not service and (
                other.category is not service.category or other.vendor is not service.vendor
            ):
                yield f"host {host}: {other.id} ({other.category}) and {service.id} ({service.category}) both claim it"
        for rule in service.requests:
            key = (rule.host, rule.path, rule.query)
            if requests.setdefault(key, rule.category) != rule.category:
                yield f"request {rule.id}: two rules give it different categories"


def _best(knowledge: Knowledge, example: str) -> ItemRule | None:
    """The rule that an example ``name`` or ``name@host`` meets first."""
    name, host = example, ""
    head, _, tail = example.rpartition("@")
    if head and "." in tail and "/" not in tail:
        name, host = head, tail
    matches = knowledge.rules_for(name, host)
    return matches[0].rule if matches else None


def _claimed(rule: ItemRule | None) -> str:
    return f"{rule.id} claims it" if rule else "no rule claims it"
