"""Mentions in, scored pairs out. The only room that imports Splink."""
