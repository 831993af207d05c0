"""Whether the machine of the tests has fonts; one without a desktop may have none."""

import resvg_py

_LETTER = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><text y="18">A</text></svg>'
HAS_FONTS = resvg_py.svg_to_bytes(_LETTER) != resvg_py.svg_to_bytes(_LETTER, skip_system_fonts=True)
