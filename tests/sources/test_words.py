"""What announces an end, and what only sounds like it."""

import pytest

from materials_cli.sources.words import announces, marked
from support.five_years_words import DECOYS, NOTICES


@pytest.mark.parametrize(
    "text",
    [
        *NOTICES, "This Drive closes on 31 December", "DELETING SOON – please copy", "moved to https://example.org/new",
        "Folder scheduled for deletion", "Папка больше не обновляется", "Перенесено на общий диск",
        "Папку удалят в июне",
        "Account closure in progress", "This area goes offline 3 May", "Заберите файлы до 20 мая", "곧 폐쇄되는 폴더",
        "자료실이 새 사이트로 옮겨졌습니다",
        "Бұл папка жойылады", "Ushbu papka oʻchiriladi", "Bu qovluq silinəcək", "საქაღალდე წაიშლება", "Թղթապանակը կջնջվի",
        "Энэ хавтас устгагдана", "Ang folder na ito ay buburahin", "ថតនេះនឹងត្រូវលុប", "ໂຟນເດີນີ້ຈະຖືກລຶບ", "এই ফোল্ডারটি মুছে ফেলা হবে",
    ],
)  # fmt: skip
def test_an_announcement_is_seen(text: str) -> None:
    assert announces(text)


@pytest.mark.parametrize(
    "text",
    [
        *DECOYS, "Moving to the cloud", "How services moved online", "Access to information", "Service will improve lives",
        "Доступ к открытым данным", "Удаление барьеров", "데이터 이전 전략", "Closing the digital divide", "Day 2",
        "How we moved to the cloud", "The state is moving to a new era", "Jobs that will disappear",
        "Legacy systems to be retired",
        "Services will be discontinued on paper", "Account closure rules", "Новая ссылка на реестр", "Переезжаем в цифру",
        "Сохраним до внуков наследие", "Госуслуги теперь на одном портале", "Ликвидация цифрового разрыва", "새 정부 정책",
    ],
)  # fmt: skip
def test_what_is_only_the_title_of_a_talk_is_not_taken_for_one(text: str) -> None:
    assert not announces(text)


@pytest.mark.parametrize(
    "name", ["Deleting-Nino B", "Nino B (former staff)", "[Suspended] Nino", "zz_Нино – удалён", "김민수 (퇴직)"]
)
def test_a_marked_account_is_seen(name: str) -> None:
    assert marked(name)


@pytest.mark.parametrize("name", ["Nino Beridze", "Alumni Office", "Formerly Known", "Archive of the Ministry", "이전우"])
def test_a_name_is_not_taken_for_a_mark(name: str) -> None:
    assert not marked(name)
