"""The classifier: weighs the evidence of `scanner.classify.evidence` and decides."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from consent.model import own_cookie
from consent.model.categories import Category, Party
from consent.model.sites import Decision
from scanner import parties
from scanner.classify import evidence, further
from scanner.classify.decisions import by_decision, decision_for
from scanner.classify.facts import Classification, ItemFacts
from scanner.knowledge import Knowledge, Service
from scanner.knowledge.index import split
from scanner.knowledge.local import LocalKnowledge

THRESHOLD = 0.5


class Classifier:
    """Classifies items and requests of one site, or of many where each item names its site.

    ``decisions`` outrank every rule. ``site_host`` is the host of the visited site; ``own_hosts`` are further hosts
    that count as the site's own. Below ``threshold`` an item stays unclassified. ``statistics`` False leaves the trained
    fallback out. ``local`` is what this installation knows beyond the rules.
    """

    def __init__(
        self,
        knowledge: Knowledge,
        *,
        decisions: Iterable[Decision] = (),
        site_host: str = "",
        threshold: float = THRESHOLD,
        own_hosts: tuple[str, ...] = (),
        statistics: bool = True,
        local: LocalKnowledge | None = None,
    ) -> None:
        self.knowledge = knowledge
        self.threshold = threshold
        self.statistics = statistics
        self.local = local
        self._site_host = site_host
        self._own_hosts = own_hosts
        self._decisions = tuple(decisions)

    def item(self, facts: ItemFacts) -> Classification:
        """Classify one cookie or storage key."""
        return self._item(facts, facts.party or self._party(facts.host, facts.site))

    def request(self, url: str, *, type: str = "", party: Party | None = None) -> Classification:  # noqa: A002 - the report's word
        """Classify one request by its URL; ``type`` is the resource type as the browser names it."""
        host, path, _ = split(url)
        if not host:
            return Classification(
                category=Category.NECESSARY,
                confidence=1.0,
                reason="It stays inside the page and reaches no server.",
            )
        party = party or self._party(host, "")
        found = self.knowledge.request(url)
        own = party is Party.FIRST
        if found is None or (own and isinstance(found, Service)):
            # A page of the site itself is no tracker, whatever its address looks like.
            own_page = own and (type == "document" or is_consentrys(path))
            if self.local is not None and not own_page:
                listed = further.request_by_list(
                    self.local, url, site_host=self._site_host, kind=type, own=own
                )
                if listed is not None:
                    return listed
            return _own_request(path) if own else evidence.unknown_request(host, type)
        return evidence.known_request(found, host, own=own)

    def _party(self, host: str, site: str) -> Party | None:
        site = site or self._site_host
        if not site or not host:
            return None
        if host == site or host.endswith("." + site) or site.endswith("." + host):
            return Party.FIRST  # as most are; the list of public suffixes need not be asked
        return parties.party_of(host.lstrip("."), site, self._own_hosts)

    def _item(self, facts: ItemFacts, party: Party | None) -> Classification:
        decision = decision_for(self._decisions, facts)
        if decision is not None:
            return by_decision(self.knowledge, decision, facts)
        if facts.name == own_cookie.NAME and facts.kind == "cookie" and party is not Party.THIRD:
            return _consent_cookie()
        if self.local is not None and not facts.site:
            # A filter list asks whose page it is.
            facts = msgspec.structs.replace(facts, site=self._site_host)
        judged = evidence.weigh(
            self.knowledge,
            facts,
            party,
            statistics=self.statistics,
            local=self.local,
            least=self.threshold,
        )
        if judged.category is not Category.UNCLASSIFIED and judged.confidence < self.threshold:
            return msgspec.structs.replace(
                judged,
                category=Category.UNCLASSIFIED,
                criterion="",
                reason=f"Too little evidence to decide ({judged.category} would be {judged.confidence:.0%} sure): "
                f"{judged.reason[:1].lower()}{judged.reason[1:]}",
            )
        return judged


def _consent_cookie() -> Classification:
    """Judge the cookie of Consentry's own widget: it remembers the choice, nothing else (WP194 criterion B)."""
    return Classification(
        category=Category.NECESSARY,
        vendor="",
        service=own_cookie.SERVICE,
        service_id="consentry",
        confidence=1.0,
        reason=own_cookie.REASON,
        purpose=own_cookie.PURPOSE,
        rule="consentry",
        pattern=own_cookie.NAME,
        criterion="B",
    )


def is_consentrys(path: str) -> bool:
    """Whether a path of the site's own is the widget's or the consent log's."""
    return path == "/v1/consent" or path.startswith(("/v1/consent/", "/w/"))


def _own_request(path: str) -> Classification:
    if is_consentrys(path):
        return Classification(
            category=Category.NECESSARY,
            service="Consentry",
            service_id="consentry",
            confidence=1.0,
            reason="It loads the consent banner or stores the visitor's choice.",
            purpose="Shows the consent banner and keeps a record of the choice.",
            rule="consentry",
        )
    return Classification(
        category=Category.NECESSARY,
        confidence=0.8,
        reason="It goes to the site's own domain and looks like no known tracker.",
        purpose="Loads the site itself.",
    )
