"""The domain: frozen types for what was said, by whom, about whom, and the views computed from it.

No I/O but the room's own vocabulary and place files. Start at `claims` (the atom), then `identity`
(which mentions are one person), `person` (the view) and `release` (what consent allows).
"""
