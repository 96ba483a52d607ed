"""A release in, a static site and data sets out. Pure rendering: files are yielded as path and bytes.

`render_site` is the door. Nothing here writes a file, asks the time or opens a connection; the only things
read are the room's own templates, the vocabularies and the font files npm put into `node_modules`.
"""

from aigaq.publish.fonts import FontFile, find_fonts
from aigaq.publish.site import render_site

__all__ = ["FontFile", "find_fonts", "render_site"]
