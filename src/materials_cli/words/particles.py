"""Korean particles, which are written as the end of the word that they follow: 전자정부에 is "in e-government". Pure."""

import unicodedata

_SPELLED = """
에서는 에게서 으로써 으로서 으로는 이라는 이란 라는 란 에서 에게 에는 에도 으로 까지 부터 보다 처럼 마다
은 는 이 가 을 를 의 에 로 와 과 도 만
"""
_PARTICLES = tuple(_SPELLED.split())
_FIRST, _LAST = "가", "힣"
_LONGEST, _SHORTEST_WORD = 3, 2


def without_particle(run: str) -> str:
    """A Korean word without its particle; any other word, and one of which one syllable would be left, as it is."""
    word = unicodedata.normalize("NFC", run)
    for length in range(_LONGEST, 0, -1) if word.endswith(_PARTICLES) else ():
        bare = word[:-length]
        syllables = [_FIRST <= letter <= _LAST for letter in bare[-_SHORTEST_WORD:]]
        if word[-length:] in _PARTICLES and len(syllables) == _SHORTEST_WORD and all(syllables):
            return bare
    return run
