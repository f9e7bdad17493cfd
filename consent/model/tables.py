"""Tables of a TOML file to frozen structs, with every mistake collected under its own key.

`msgspec.convert` stops at the first mistake. A person who mends a file wants all of them, each with the key, what was
expected, what stood there, and the likely intention. A field's ``Meta(description=…)`` is used as its expectation.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterable
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta

T = TypeVar("T", bound=msgspec.Struct)

_WORDS: dict[Any, str] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    dt.date: "a date (2026-01-31)",
    NoneType: "nothing",
}
_SHOWN = 60


def read_table(
    data: Any, kind: type[T], where: str, problems: list[str], *, hidden: tuple[str, ...] = ()
) -> T | None:
    """Convert one table; append each mistake to ``problems`` and return None where there is any.

    ``where`` is the table's own key. ``hidden`` fields are set by the caller and never offered as keys.
    """
    before = len(problems)
    _check_struct(data, kind, where, problems, hidden)
    if len(problems) > before:
        return None
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:  # a constraint that is not looked at field by field
        problems.append(f"{where}: {error}")
        return None


def closest(word: str, known: Iterable[str]) -> str:
    """A sentence that offers the most similar known word, or nothing."""
    match = difflib.get_close_matches(word, list(known), n=1)
    return f"Did you mean {match[0]!r}?" if match else ""


def expected(kind: Any) -> str:
    """What a field of this type accepts, in words."""
    base, metas = _unwrap(kind)
    described = [str(meta.description) for meta in metas if meta.description]
    if described:
        return described[0]
    if choices := _words(base):
        return "one of " + ", ".join(f'"{choice}"' for choice in choices)
    origin, arguments = get_origin(base), get_args(base)
    if origin in (Union, UnionType):
        return " or ".join(expected(option) for option in arguments if option is not NoneType)
    if origin is tuple:
        shortest = next((f" with at least {meta.min_length} entry" for meta in metas if meta.min_length), "")
        return f"a list{shortest}, each {expected(arguments[0])}"
    if origin is dict or _is_struct(base):
        return "a table"
    return _WORDS.get(base, str(base)) + _range(metas)


def _check_struct(
    data: Any, kind: Any, where: str, problems: list[str], hidden: tuple[str, ...] = ()
) -> None:
    if not isinstance(data, dict):
        problems.append(f"{where}: expected a table, got {_show(data)}.")
        return
    hints = get_type_hints(kind, include_extras=True)
    known = [name for name in hints if name not in hidden]
    problems.extend(
        f"{where}.{key}: unknown key; expected one of {', '.join(known)}. {closest(key, known)}".rstrip()
        for key in data
        if key not in hints
    )
    for field in msgspec.structs.fields(kind):
        if field.name in data:
            _check_value(data[field.name], hints[field.name], f"{where}.{field.name}", problems)
        elif field.required:
            problems.append(f"{where}.{field.name}: missing; expected {expected(hints[field.name])}.")


def _check_value(value: Any, kind: Any, where: str, problems: list[str]) -> None:
    """Descend as far as tables and lists go; what is left is converted, and told where it cannot be."""
    base, _ = _unwrap(kind)
    arguments = get_args(base)
    tables = [option for option in (base, *arguments) if _is_struct(option)]
    origin = get_origin(base)
    if origin is tuple and isinstance(value, list) and value:
        for number, entry in enumerate(value):
            _check_value(entry, arguments[0], f"{where}[{number}]", problems)
    elif origin is dict and isinstance(value, dict):
        for key, entry in value.items():
            _check_value(entry, arguments[1], f"{where}.{key}", problems)
    elif tables and origin is not tuple:
        _check_struct(value, tables[0], where, problems)
    else:
        try:
            msgspec.convert(value, kind)
        except msgspec.ValidationError:
            hint = closest(value, _words(base)) if isinstance(value, str) else ""
            problems.append(f"{where}: expected {expected(kind)}, got {_show(value)}. {hint}".rstrip())


def _unwrap(kind: Any) -> tuple[Any, list[Meta]]:
    """A type without its annotations, and the annotations that msgspec reads."""
    if get_origin(kind) is not Annotated:
        return kind, []
    base, *notes = get_args(kind)
    return base, [note for note in notes if isinstance(note, Meta)]


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _words(kind: Any) -> list[str]:
    """The values of an enumeration or a Literal; empty for other types."""
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [str(member.value) for member in kind]
    options = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
    return [str(word) for option in options if get_origin(option) is Literal for word in get_args(option)]


def _range(metas: list[Meta]) -> str:
    bounds = [
        f"{words} {bound:g}"
        for meta in metas
        for words, bound in (
            ("at least", meta.ge),
            ("more than", meta.gt),
            ("at most", meta.le),
            ("less than", meta.lt),
        )
        if bound is not None
    ]
    return f", {' and '.join(bounds)}" if bounds else ""


def _show(value: Any) -> str:
    """The value as it stands, cut to a readable length."""
    if isinstance(value, dict):
        return "a table"
    text = repr(value) if not isinstance(value, bool) else str(value).lower()
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
