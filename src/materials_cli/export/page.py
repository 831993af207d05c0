"""The frame of every HTML page: self-contained, without scripts or requests, and printable."""

from materials_cli.export.escape import for_html

_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a }
h1 { font-size: 1.5rem } h2 { font-size: 1.2rem; margin-top: 2rem }
h3, article h2 { font-size: 1rem; margin: 1rem 0 .25rem }
ul { margin-top: 0; padding-left: 1.2rem } li { overflow-wrap: anywhere; break-inside: avoid }
small, footer { color: #555 } footer { margin-top: 2rem; font-size: .8rem; overflow-wrap: anywhere }
article { border-top: 1px solid #ccc; padding: .5rem 0; overflow-wrap: anywhere; break-inside: avoid-page }
article div { white-space: pre-wrap; margin: .5rem 0 }
.pictures { display: flex; gap: 1rem } figure { flex: 1; margin: 0; min-width: 0 } figcaption { font-size: .8rem; color: #555 }
figure img { width: 100%; height: auto; border: 1px solid #ccc }
ins { background: #d7f5dc; text-decoration: underline } del { background: #fbdcdc }
@media print { body { margin: 0; max-width: none } }
""".strip()
_PICTURES = "data:"  # those that a page itself holds
_ALLOWED = f"default-src 'none'; style-src 'unsafe-inline'; img-src {_PICTURES}"


def page(title: str, body: str, language: str) -> str:
    """A complete page. title: plain text. body: HTML. language: its code."""
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_ALLOWED}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{for_html(title)}</title>\n<style>\n{_STYLE}\n</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )
