"""A web server's access log: what it records of people, and a copy of it that records less."""
