"""Consentry's scanner: sees what a site does in each consent state, names it, judges it."""
