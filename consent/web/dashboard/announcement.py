"""What a site announces to visitors who come back: a form with a text in each language, and what stands now."""

from __future__ import annotations

from aiohttp import web

from consent.announcements import MOST_DAYS, announce, announced
from consent.declaration_files import language_names
from consent.model.announcements import MOST_TEXT, MOST_TITLE, AnnouncedText, Announcement, NewAnnouncement
from consent.model.errors import ConfigError, NotFoundError
from consent.model.sites import Site
from consent.times import DAY_MS, now_ms, rfc3339
from consent.users import Role
from consent.web.base import PUBLIC_URL, PUBLISHED
from consent.web.dashboard import words
from consent.web.dashboard.guard import Form, Visit, page
from consent.web.dashboard.pages import render
from consent.web.dashboard.site import OF_SITE
from consent.web.route import Route

NOTICE_DAYS = 30
_HERE = f"{OF_SITE}/announcement"


async def form(request: web.Request, visit: Visit) -> web.Response:
    """Show what is announced, in a form to change it."""
    return await _form(request, visit)


async def _form(
    request: web.Request, visit: Visit, *, sent: NewAnnouncement | None = None, problem: str = ""
) -> web.Response:
    site, now = visit.site, now_ms()
    stands: Announcement | None = None
    is_published = True
    try:
        stands = await announced(visit.store, site)
    except NotFoundError:
        is_published = False
    return render(
        request, visit, "announcement.html", status=400 if problem else 200, site=site, stands=stands, shown=sent or stands,
        is_published=is_published, problem=problem, most_title=MOST_TITLE, most_text=MOST_TEXT, first=_day(now), last=_day(now + MOST_DAYS * DAY_MS),
        usual=_day(now + NOTICE_DAYS * DAY_MS), languages=language_names(),
    )  # fmt: skip


def _day(time: int) -> str:
    return rfc3339(time)[:10]


async def act(request: web.Request, visit: Visit) -> web.Response:
    """Announce what was written, or take back what stands."""
    site, sent = visit.site, visit.form
    new = None if sent.get("action") == "end" else _written(site, sent)
    try:
        async with visit.doing("widget.announce" if new else "widget.announce-end", site=site.id):
            await announce(visit.store, site, new, public_url=request.app[PUBLIC_URL], actor=visit.user.actor)
    except ConfigError as error:
        return await _form(request, visit, sent=new, problem=f"{_named(error.message)} {error.hint}".strip())
    await request.app[PUBLISHED].refresh()
    note = f"Visitors who come back are told until {new.until}." if new else "Nothing is announced any more."
    return visit.to(f"/admin/sites/{site.id}/announcement", note=note)


def _named(problem: str) -> str:
    """Return a problem with the field's name as the form has it."""
    field, colon, told = problem.partition(": ")
    name = {"until": "Last day", "link": "Where the whole text is", "texts": "What they read"}.get(field)
    if name is None and field.startswith("texts."):
        tag, _, part = field.removeprefix("texts.").rpartition(".")
        name = f"{'Title' if part == 'title' else 'What they read'} ({tag})"
    return f"{name}: {words.asked(told)}" if name and colon else problem


def _written(site: Site, sent: Form) -> NewAnnouncement:
    """Return what the form says; a language whose text is empty has none."""
    texts = {
        tag: AnnouncedText(title=sent.get(f"title-{tag}", ""), text=sent.get(f"text-{tag}", ""))
        for tag in site.languages
    }
    main = site.languages[0]
    return NewAnnouncement(
        texts={
            tag: one for tag, one in texts.items() if tag == main or one.text.strip() or one.title.strip()
        },
        until=sent.get("until", ""),
        link=sent.get("link", "").strip(),
    )


ROUTES = (
    Route("GET", _HERE, page(Role.REVIEWER, form), "What visitors who come back are told", page=True),
    Route(
        "POST", _HERE, page(Role.ADMIN, act), "Announces a change, or takes it back", status=303, page=True
    ),
)
