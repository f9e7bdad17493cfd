"""The vocabulary that scanner, server and widget share: no I/O, no framework."""
