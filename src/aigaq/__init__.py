"""Aigaq: the working archive of people who document mass detention."""
