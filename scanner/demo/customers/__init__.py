"""Five customers' sites: each behaves as its privacy policy says it does, but for two deviations that are written down.

A customer is one file under ``sites``; what it embeds and sets, what its policy names, and where the two differ all
stand there, and the end-to-end test holds the policy audit to exactly that.
"""

from __future__ import annotations

from scanner.demo.customers.model import Customer, Deviation, NamedVendor, customers
from scanner.demo.customers.world import CustomersWorld

__all__ = ["Customer", "CustomersWorld", "Deviation", "NamedVendor", "customers"]
