"""Seeing the consent banner itself: what its layers hold, measured in two viewports, apart from the consent states.

Nothing is judged here; `scanner.practices` does that. `scanner.banners.model` is the data that both share.
"""
