"""Who is told what a scan changed: one alert a scan and target, kept in the store until it is delivered.

`making` turns finished scans into alerts, `texts` says them in words, `sending` speaks to mail servers and webhooks,
`outbox` brings the three together and tries again what failed.
"""
