"""Consent statistics: counted from the log in the background, summed up, and compared with care.

``counting`` tells what a record counts as, ``rollup`` keeps the numbers up to the log, ``queries`` sums them up, ``rates``
and ``significance`` say how sure a share and a difference are, ``sentences`` says it in words, ``charts`` draws it.
docs/statistics.md describes every number.
"""
