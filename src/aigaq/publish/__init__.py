"""A release in, a static site and data sets out. Pure rendering: files are yielded as path and bytes."""
