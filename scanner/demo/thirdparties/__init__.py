"""The stubs of third-party services: one module each, found in this folder, never listed twice."""

from __future__ import annotations

import importlib
import pkgutil

from scanner.demo.thirdparties.base import Service


def services() -> tuple[Service, ...]:
    """Return every service of this folder, sorted by module name; a module without ``SERVICE`` is an error."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name != "base")
    return tuple(importlib.import_module(f"{__name__}.{name}").SERVICE for name in names)
