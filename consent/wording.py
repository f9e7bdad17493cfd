"""What the declaration and the cookie policy say in each language: texts, dates, durations, countries.

Texts stand in ``consent/locales``, one file a language; names of categories, columns and the like are the widget's own, so
that visitors read the same words in the banner. Names of countries and units are CLDR's, by Babel. A site's own texts
replace both.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib.resources import files

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.lists import format_list
from babel.units import format_unit

from consent.model.errors import ConfigError
from consent.model.sites import Site
from consent.times import parse_rfc3339
from widget import render

_LOCALES = files("consent") / "locales"
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_UNITS = (("year", 365 * 86_400), ("month", 30 * 86_400), ("day", 86_400), ("hour", 3_600), ("minute", 60))
_NEARLY = 0.02
_LITERAL = {ord("["): "[[]", ord("?"): "[?]"}
"""Of what `fnmatch` takes for a pattern, only the star is one here."""
_MALTESE = {
    "year": ("sena", "snin"),
    "month": ("xahar", "xhur"),
    "day": ("jum", "jiem"),
    "hour": ("siegħa", "sigħat"),
    "minute": ("minuta", "minuti"),
    "second": ("sekonda", "sekondi"),
}
"""One, and two to ten; CLDR has none."""


class Wording:
    """The words of one site in one language. Raises `ConfigError` where the site's own texts cannot be used."""

    def __init__(self, site: Site, language: str) -> None:
        own = site.declaration.texts.get(language, {})
        _check(site.id, language, own)
        self.language = language
        self.direction = "rtl" if language in render.RIGHT_TO_LEFT else "ltr"
        self._locale = Locale(language)
        self._shared = render.texts(language) | site.banner.texts.get(language, {})
        self._texts = dict(texts(language)) | own
        self._purposes = site.declaration.purposes.get(language, {})

    def text(self, key: str, **values: str) -> str:
        """Return a text of the declaration, its ``{placeholders}`` filled in."""
        return self._filled(self._texts[key], values)

    def shared(self, key: str, **values: str) -> str:
        """Return a text that the banner has as well: the name of a category, the heading of a column."""
        return self._filled(self._shared[key], values)

    def _filled(self, text: str, values: Mapping[str, str]) -> str:
        """Put values into a text; where it is read from the right, each keeps its own direction (Unicode TR 9)."""
        around = ("\u2068", "\u2069") if self.direction == "rtl" else ("", "")
        return _PLACEHOLDER.sub(
            lambda match: values[match[1]].join(around) if match[1] in values else match[0], text
        )

    def date(self, moment: str | int) -> str:
        """Return a day in words, from RFC 3339 or milliseconds since 1970, in UTC."""
        try:
            milliseconds = moment if isinstance(moment, int) else parse_rfc3339(moment)
        except ValueError:
            return str(moment)
        day = dt.datetime.fromtimestamp(milliseconds / 1000, tz=dt.UTC).date()
        return format_date(day, "long", locale=self._locale)

    def country(self, code: str) -> str:
        """Return the name of a country by its ISO 3166 code, the code where there is no name."""
        name: str = self._locale.territories.get(code, code)
        return name

    def listed(self, words: Iterable[str]) -> str:
        """Return words in one line, with the commas of the language."""
        found = list(words)
        line: str = format_list(found, style="unit-short", locale=self._locale) if found else ""
        return line

    def purpose(self, name: str, purpose: str) -> str:
        """Return the purpose of an item in this language, where the site has one for its name; else as it is known."""
        if name in self._purposes:
            return self._purposes[name]
        patterns = (
            one for one in self._purposes if "*" in one and fnmatchcase(name, one.translate(_LITERAL))
        )
        return self._purposes.get(max(patterns, key=len, default=""), purpose)

    def lifetime(self, kind: str, lifetime_s: float | None) -> str:
        """Return a duration in words: ``13 months``, ``until deleted``."""
        if lifetime_s is None:
            return self.shared("session" if kind in {"cookie", "session_storage"} else "until_deleted")
        unit, count = _largest(lifetime_s)
        if self.language == "mt":
            return _maltese(unit, count)
        # CLDR leaves out what is equal to the shorter form.
        forms = (
            format_unit(count, f"duration-{unit}", one, locale=self._locale) for one in ("long", "short")
        )
        return next((form for form in forms if "duration-" not in form), f"{count} {unit}")


@lru_cache(maxsize=64)
def texts(language: str) -> Mapping[str, str]:
    """Return the built-in texts of one language; raises `KeyError` where there is none."""
    if language not in render.languages():
        raise KeyError(language)
    found: dict[str, str] = json.loads((_LOCALES / f"{language}.json").read_text(encoding="utf-8"))
    return found


def languages() -> tuple[str, ...]:
    """Return the language tags that there are texts for: the widget's."""
    return render.languages()


def chosen_language(site: Site, asked: str, accepted: str = "") -> str:
    """Return the language to answer in.

    ``asked`` is a tag (any of `languages`, also with a region, as ``de-AT``); where it names none, ``accepted``, an
    Accept-Language header, chooses among the site's own languages, of which the first is the fallback (RFC 9110, 12.5.4).
    """
    for tag in (asked, *_by_weight(accepted)):
        base = tag.strip().lower().partition("-")[0]
        if base in (languages() if tag is asked else site.languages):
            return base
    return site.languages[0]


def check_texts(site: Site) -> None:
    """Raise `ConfigError` where the site's own texts for its declaration cannot be used."""
    for language, own in site.declaration.texts.items():
        _check(site.id, language, own)
    for language, purposes in site.declaration.purposes.items():
        where = f"sites.{site.id}.declaration.purposes.{language}"
        if language not in languages():
            raise ConfigError(
                f"{where}: there are no texts for {language!r}.",
                hint=f"Known languages: {', '.join(languages())}.",
            )
        blank = next((name for name, purpose in purposes.items() if not purpose.strip()), None)
        if blank is not None:
            raise ConfigError(
                f"{where}.{blank}: expected a purpose, got nothing.", hint="Remove the key for the known one."
            )


def _by_weight(header: str) -> list[str]:
    weighted = []
    for part in header.split(",")[:20]:
        tag, _, parameter = part.partition(";")
        try:
            weight = float(parameter.strip().removeprefix("q=") or 1)
        except ValueError:
            weight = 0.0
        if tag.strip() and weight > 0:
            weighted.append((weight, tag))
    return [tag for _, tag in sorted(weighted, key=lambda one: -one[0])]


def _check(site: str, language: str, own: Mapping[str, str]) -> None:
    where = f"sites.{site}.declaration.texts.{language}"
    try:
        built_in = texts(language)
        Locale(language)
    except (KeyError, UnknownLocaleError):
        raise ConfigError(
            f"{where}: there are no texts for {language!r}.",
            hint=f"Known languages: {', '.join(languages())}.",
        ) from None
    for key, text in own.items():
        if key not in built_in:
            close = get_close_matches(key, built_in, n=1)
            raise ConfigError(
                f"{where}.{key}: there is no such text.",
                hint=f"Did you mean {close[0]!r}?" if close else f"Known keys: {', '.join(built_in)}.",
            )
        expected, found = (set(_PLACEHOLDER.findall(one)) for one in (built_in[key], text))
        if not text.strip() or expected != found:
            names = ", ".join(f"{{{name}}}" for name in sorted(expected))
            raise ConfigError(
                f"{where}.{key}: expected a text with the placeholders {names or '(none)'}, got {text!r}.",
                hint=f"The built-in text is: {built_in[key]}",
            )


def _largest(seconds: float) -> tuple[str, int]:
    """Return the largest unit that a duration fills, and how often.

    A cookie seen a moment after it was set has lost that moment; 13 months are not "1 year".
    """
    for name, size in _UNITS:
        count = round(seconds / size)
        whole = name != "year" or abs(seconds / size - count) < _NEARLY
        if count >= 1 and seconds >= size * 0.98 and whole:
            return name, count
    return "second", max(1, round(seconds))


def _maltese(unit: str, count: int) -> str:
    one, few = _MALTESE[unit]
    if 2 <= count <= 10:
        return f"{count} {few}"
    return f"{count}-il {one}" if 11 <= count % 100 <= 19 else f"{count} {one}"
