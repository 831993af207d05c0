"""Which word may be meant by one that is not known: misspelt, in another language, or typed on another keyboard layout.

The words of other languages are those with which people ask for a command before they have read its help.
"""

from collections.abc import Iterable
from difflib import get_close_matches

_ELSEWHERE = {
    "add": "добавить добавь 추가",
    "agenda": "повестка программа 의제",
    "auth": "вход войти ключ login signin 로그인",
    "changes": "изменения изменилось whatsnew 변경",
    "cite": "цитата цитировать ссылка citation 인용",
    "collection": "коллекция remove delete rm удалить переименовать rename 삭제",
    "diff": "сравнить сравнение compare 비교",
    "doctor": "диагностика check-up 진단",
    "edit": "править исправить редактировать correct 편집",
    "export": "экспорт выгрузить backup 내보내기",
    "glossary": "глоссарий словарь 용어집",
    "help": "помощь справка помоги man 도움말",
    "history": "история журнал log 기록",
    "import": "импорт загрузить 가져오기",
    "index": "индекс индексировать reindex 색인",
    "list": "список перечень файлы dir 목록",
    "move": "переместить перенести 이동",
    "open": "открыть открой 열기",
    "pictures": "картинки изображения thumbnails 그림",
    "plan": "план dry-run preview 계획",
    "restore": "восстановить вернуть 복원",
    "schedule": "расписание cron timer 일정",
    "search": "поиск найти найди искать ищи grep 검색 찾기",
    "show": "показать покажи info 보기",
    "similar": "похожие похоже 유사",
    "site": "сайт каталог website catalogue 사이트",
    "status": "статус состояние 상태",
    "sync": "синхронизировать синхронизация обновить скачать update download fetch pull 동기화",
    "terms": "термины слова keywords",
    "trust": "доверять подтвердить 신뢰",
    "verify": "проверить проверка check fsck 확인",
    "version": "версия 버전",
}
_COMMANDS = {word: command for command, words in _ELSEWHERE.items() for word in words.split()}
# The keys of a Russian keyboard, and what is on them on an English one.
_KEYS = str.maketrans("йцукенгшщзхъфывапролджэячсмитьбю", "qwertyuiop[]asdfghjkl;'zxcvbnm,.")


def meant(word: str, known: Iterable[str]) -> list[str]:
    """The known words that may be meant, the likeliest first, three at most."""
    word, known = word.strip().lower(), list(known)
    if (command := _COMMANDS.get(word)) in known:
        return [command]
    typed = word.translate(_KEYS)
    if typed in known:
        return [typed]
    near = get_close_matches(word, _COMMANDS, n=1, cutoff=0.75) if not word.isascii() else []
    found = [command for command in (_COMMANDS[each] for each in near) if command in known]
    return found or get_close_matches(typed, known)
