"""Korean particles, which are written as the end of the word that they follow: 전자정부에 is "in e-government". Pure."""

import unicodedata

from materials_cli.patterns import regex

_PARTICLES = """
에서는 에게서 으로써 으로서 으로는 이라는 이란 라는 란 에서 에게 에는 에도 으로 까지 부터 보다 처럼 마다
은 는 이 가 을 를 의 에 로 와 과 도 만
"""
_HANGUL = "\uac00-\ud7a3"
_WITH_PARTICLE = regex(f"(.*?[{_HANGUL}]{{2}})(?:{'|'.join(_PARTICLES.split())})")


def without_particle(run: str) -> str:
    """A Korean word without its particle; any other word, and one of which one syllable would be left, as it is."""
    match = _WITH_PARTICLE.fullmatch(unicodedata.normalize("NFC", run))
    return match[1] if match else run
