"""The words of five_years.py: how ends are announced, what only sounds so, titles of talks, names of people."""

NOTICES = (
    "OLD – moved to SharePoint", "This folder will be deleted on 30 June", "READ ME - this Drive will be closed",
    "To be deleted", "Please download before 1 March, access ends", "Папка будет удалена 1 июля", "Мы переехали на новый диск",
    "Скачайте до 1 марта, доступ будет закрыт", "6월 30일 삭제 예정", "새 드라이브로 이전했습니다", "서비스 종료 안내",
)  # fmt: skip
# Names of decks and folders that only sound like it.
DECOYS = (
    "Closing remarks", "Old town – digital heritage", "Deleted scenes of a reform", "Right to be forgotten and deletion",
    "Moving services online", "Migration to the cloud – lessons", "Data deletion policy", "Удалённая работа: опыт министерства",
    "Закрытие форума", "Переход на цифровые услуги", "Закрытые данные и доступ", "이전 정부 사례", "폐회식",
    "데이터 삭제 정책", "서비스 이용 안내", "Archive law", "Последние новости",
)  # fmt: skip
TITLES = (
    "Digital strategy", "Open data", "Procurement", "X-Road", "Identity", "Одно окно", "Госуслуги", "Открытые данные",
    "전자정부", "공공데이터", "Budget", "Concessions", "AI in government", "Кибербезопасность", "Agenda", "Participants",
)  # fmt: skip
FIRST = (
    "Nino",
    "Aigul",
    "Rustam",
    "Minsu",
    "Dara",
    "Bold",
    "Tigran",
    "Maria",
    "Elvin",
    "Sevara",
    "Timur",
    "Ana",
    "Jiwon",
    "Sok",
)
LAST = ("Beridze", "Sadykova", "Karimov", "Kim", "Sok", "Bat", "Petrosyan", "Santos", "Aliyev", "Yusupova", "Lee", "Rahman")
