"""Page images: the store, its pyramids and tiles, PDF and multi-page TIFF.

The only room of the web side that opens image files. What came from outside is decoded in a
limited child process (`decoder`), never here.
"""

from __future__ import annotations
