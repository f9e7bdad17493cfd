"""The scans that nobody watches: a queued run is taken, done by the scanner's own pipeline, and its result stored.

`scan` does one run. `leased` takes them from a store that hands them out itself (SQLite), `job_queue` from procrastinate
(PostgreSQL).
"""
