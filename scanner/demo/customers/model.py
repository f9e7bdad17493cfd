"""What a customer's file says: the site, what its policy names, and where the two differ."""

from __future__ import annotations

from functools import cache
from importlib import resources

import msgspec

from consent.model.categories import Category, ConsentState

_FOLDER = resources.files(__package__)


class NamedVendor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A vendor that the policy names, as the audit calls it.

    ``services`` are the labels under which a scan sees it, with the category of each; none where it leaves no trace in a
    browser (mail, a link, a hosting company) or, as the deviation, is gone.
    """

    name: str
    services: dict[str, Category] = {}


class Deviation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the site does otherwise than its policy says.

    ``rule`` and ``subject`` are those of the finding (a part of the subject will do), ``proof`` a cookie's name that its
    evidence has to hold, empty where the evidence is that nothing was seen.
    """

    what: str
    rule: str
    subject: str
    proof: str = ""


class OwnCookie(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A cookie that the site's own answers set; ``max_age`` in seconds, None for the session."""

    name: str
    max_age: int | None = None
    path: str = "/"


class Customer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One customer's site and the truth about it.

    ``seed`` begins the name of the policy's file among the seeds. ``everywhere`` and ``contact`` are tags of all pages and of
    the contact page; ``after`` those that wait for the notice's consent, where there is a notice. ``unseen`` are the vendors
    that are named and leave no trace, ``companions`` the services that come along with others and that no policy names.
    ``contradicted`` are parts of the subjects of all claims of the customer's policy that do not hold, the deviations among
    them; ``own_contradicted`` are those of our own policy.
    """

    id: str
    name: str
    host: str
    about: str
    seed: str
    vendors: tuple[NamedVendor, ...] = ()
    deviations: tuple[Deviation, ...] = ()
    unseen: tuple[str, ...] = ()
    companions: tuple[str, ...] = ()
    contradicted: tuple[str, ...] = ()
    own_contradicted: tuple[str, ...] = ()
    cookies: tuple[OwnCookie, ...] = ()
    everywhere: tuple[str, ...] = ()
    contact: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """The start page."""
        return f"https://{self.host}/"

    @property
    def states(self) -> tuple[ConsentState, ...]:
        """The consent states that tell all there is to know of the site."""
        return (ConsentState.BEFORE, ConsentState.ACCEPT) if self.after else (ConsentState.BEFORE,)

    @property
    def policy(self) -> str:
        """Our own policy of the site, which covers what the customer's does."""
        return (_FOLDER / "policies" / f"{self.id}.txt").read_text(encoding="utf-8")


@cache
def customers() -> tuple[Customer, ...]:
    """Return the customers, sorted by id."""
    files = sorted(
        (one for one in (_FOLDER / "sites").iterdir() if one.name.endswith(".toml")), key=lambda one: one.name
    )
    return tuple(msgspec.toml.decode(one.read_bytes(), type=Customer) for one in files)
