"""Mentions in, scored pairs out. The only room that imports Splink.

Doors: `scoring.score_pairs`, `proposals.propose`, `episodes.propose_episodes`; types in `types`.
"""
