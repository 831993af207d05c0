"""Agendas as organisers write them, with the decks that a folder holds, and which of them belongs to which entry.

Each deck: its name, its folder, the text of its first slide, and the title of the entry it belongs to; None for none.
slides: it is of a kind in which people present. absent: the speakers of whom nothing is there.
"""

from typing import NamedTuple


class Held(NamedTuple):
    """A deck in the folder, and where it belongs."""

    name: str
    folder: str
    opening: str
    belongs: str | None
    slides: bool = True


class Judged(NamedTuple):
    """One agenda as text, what is held, and who is missing."""

    text: str
    held: tuple[Held, ...]
    absent: frozenset[str]


ENGLISH_LINES = Judged(
    """\
PPP in Digital Transformation – Agenda
Day 1 – Monday, 23 June 2025
09:00 – 09:30 Registration
09:30 – 10:00 Opening remarks
    Mr. Alikhan Omarov, Chairman of the Hub
10:00 – 11:30 Session 1: Digital government strategies
    Moderator: Ms. Jane Roe, UNDP
    Speakers:
    • Dr. Nino Beridze, Public Service Development Agency, Georgia
    • Mr. Bat-Erdene Dorj, Ministry of Digital Development, Mongolia
    • Ms. Aziza Karimova, Ministry of Digital Technologies, Uzbekistan
11:30 – 11:45 Coffee break
11:45 – 13:00 Session 2: Artificial intelligence in public services
    • Mr. Kim Minjun, NIA, Republic of Korea
    • Mr. Armen Petrosyan, Digital Agency, Armenia
13:00 – 14:00 Lunch
Day 2 – Tuesday, 24 June 2025
09:30 – 11:00 Session 3: Financing public-private partnerships
    • Ms. Sokha Chan, Ministry of Economy, Cambodia
    • Mr. John Smith, World Bank
11:00 – 12:00 Group photo
""",
    (
        Held("Beridze_Tbilisi.pptx", "Day 1", "Public services under one roof\nNino Beridze", "Digital government strategies"),
        Held(
            "MNG e-Mongolia.pptx",
            "Day 1",
            "E-Mongolia: 1,200 services\nUlaanbaatar",
            "Digital government strategies",
        ),
        Held("Цифровой Узбекистан.pptx", "Day 1", "Цифровой Узбекистан 2030\nАзиза Каримова", "Digital government strategies"),
        Held(
            "AI master plan.pdf",
            "",
            "AI Government Master Plan\n김민준, 한국지능정보사회진흥원",
            "Artificial intelligence in public services",
        ),
        Held(
            "WB_PPP_financing.pptx",
            "Day 2",
            "Financing PPPs: lessons from 40 projects\nWorld Bank Group",
            "Financing public-private partnerships",
        ),
        Held("List of participants.xlsx", "", "Name\tOrganisation\tE-mail", None, slides=False),
    ),
    frozenset({"Armen Petrosyan", "Sokha Chan"}),
)

RUSSIAN_LINES = Judged(
    """\
ПРОГРАММА СЕМИНАРА
День 1. 23 июня 2025 г.
09:00–09:30 Регистрация участников
09:30–11:00 Сессия 1. Стратегии цифровой трансформации
Модератор: Асель Нурланова, Агентство по делам государственной службы
Докладчики:
– Нино Беридзе, Агентство развития государственных услуг, Грузия
– Бат-Эрдэнэ Дорж, Министерство цифрового развития, Монголия
11:00–11:30 Кофе-брейк
11:30–13:00 Сессия 2. Искусственный интеллект в государственном управлении
– Данияр Сеитов, Министерство цифрового развития, Казахстан
– Фарҳод Раҳимов, Агентство инноваций, Таджикистан
13:00 Обед
14:00–15:30 Сессия 3. Кибербезопасность и облачные технологии
– Гульнара Асанова, Кыргызстан
15:30 Подведение итогов
""",
    (
        Held(
            "Georgia_PSDA.pptx",
            "Сессия 1",
            "Public Service Halls\nPublic Service Development Agency",
            "Стратегии цифровой трансформации",
        ),
        Held(
            "Seitov_AI_rus.pptx",
            "Сессия 2",
            "ИИ в госуправлении Казахстана\nД. Сеитов",
            "Искусственный интеллект в государственном управлении",
        ),
        Held(
            "Рахимов презентация.pptx",
            "",
            "Инновации в Республике Таджикистан",
            "Искусственный интеллект в государственном управлении",
        ),
        Held(
            "Облако и защита данных.pptx",
            "Сессия 3",
            "Государственное облако\nАсанова Г.",
            "Кибербезопасность и облачные технологии",
        ),
        Held("Программа.docx", "", "Программа семинара\nДень 1. 23 июня 2025 г.", None, slides=False),
    ),
    frozenset({"Бат-Эрдэнэ Дорж"}),
)

KOREAN_LINES = Judged(
    """\
디지털정부 워크숍 일정
1일차 2025년 6월 23일
09:00-09:30 등록
09:30-10:00 개회식
10:00-11:30 세션 1: 디지털정부 전략
좌장: 홍길동 교수
발표:
- 김민준, 한국지능정보사회진흥원
- 니노 베리제, 공공서비스개발청 (조지아)
11:30-11:45 휴식
11:45-13:00 세션 2: 인공지능과 공공서비스
- 이서연, 행정안전부
- 바트에르덴 (몽골)
13:00 점심
""",
    (
        Held("01_디지털정부 혁신_김민준.pdf", "", "디지털정부 혁신 전략\n김민준 책임연구원", "디지털정부 전략"),
        Held(
            "Lee Seoyeon_MOIS.pptx",
            "",
            "AI in Korean public services\nMinistry of the Interior and Safety",
            "인공지능과 공공서비스",
        ),
        Held("e-Mongolia.pptx", "", "E-Mongolia platform and AI assistant", "인공지능과 공공서비스"),
    ),
    frozenset({"니노 베리제"}),
)

ENGLISH_TABLE = Judged(
    """\
Time,Session,Topic,Speaker,Country
"Day 1 – 2 September 2025",,,,
09:30,1,"One-stop shops, ten years on",Lala Aliyeva,Azerbaijan
10:00,1,Digital identity in rural areas,"Rahim Uddin; Fatema Begum",Bangladesh
10:30,,Coffee break,,
11:00,2,Land registers on blockchain,Giorgi Kapanadze,Georgia
11:30,2,Open data portals,Khamla Vongsa,Lao PDR
12:00,,Lunch,,
"Day 2 – 3 September 2025",,,,
09:30,3,Regulatory sandboxes,Maria Santos,Philippines
10:00,3,Public cloud procurement,Dilnoza Yusupova,Uzbekistan
""",
    (
        Held("ASAN xidmət.pptx", "1", "ASAN xidmət: one-stop shops\nLalə Əliyeva", "One-stop shops, ten years on"),
        Held("ডিজিটাল পরিচয়.pptx", "1", "ডিজিটাল পরিচয়\nফাতেমা বেগম\nবাংলাদেশ", "Digital identity in rural areas"),
        Held("Kapanadze Giorgi - Blockchain.pdf", "2", "Blockchain land register", "Land registers on blockchain"),
        Held("sandbox.pptx", "Day 2", "Regulatory sandboxes for fintech\nBangko Sentral ng Pilipinas", "Regulatory sandboxes"),
        Held("Yusupova.pptx", "Day 2", "Buying cloud services", "Public cloud procurement"),
    ),
    frozenset({"Khamla Vongsa"}),
)

RUSSIAN_TABLE = Judged(
    """\
Время\tТема выступления\tДокладчик\tОрганизация
5 марта 2025 года
10:00\tОткрытие\tАзимов А.\tАкадемия
10:20\tГосударственно-частное партнёрство в связи\tИванов Сергей\tМинистерство транспорта
10:50\tЭлектронные закупки\tМирзоева Зарина\tАгентство по закупкам
11:20\tКофе-брейк\t\t
11:40\tОткрытые данные\tТокаев Ержан\tНациональный центр данных
12:10\tЦифровые навыки госслужащих\tАбдыкадырова Айгуль\tАкадемия управления
""",
    (
        Held("Иванов С. ГЧП.pptx", "", "ГЧП в отрасли связи", "Государственно-частное партнёрство в связи"),
        Held("e-procurement.pptx", "", "Электронные государственные закупки\nЗ. Мирзоева", "Электронные закупки"),
        Held("Ашық деректер.pptx", "", "Ашық деректер порталы\nЕржан Тоқаев", "Открытые данные"),
        Held(
            "Памятка участника.pdf",
            "",
            "Памятка участника: гостиница, трансфер, погода и контакты организаторов семинара в городе",
            None,
        ),
    ),
    frozenset({"Абдыкадырова Айгуль"}),
)

KOREAN_TABLE = Judged(
    """\
시간,구분,발표 주제,발표자,소속
2025-09-16,,,,
10:00,1,데이터 기반 행정,박지훈,행정안전부
10:30,1,공공 클라우드 전환,최수빈,한국지능정보사회진흥원
11:00,,휴식,,
11:20,2,민관협력 사례,정다은,네이버클라우드
11:50,2,사이버보안 체계,윤서준,한국인터넷진흥원
""",
    (
        Held("데이터기반행정.pdf", "", "데이터 기반 행정의 현황과 과제\n박지훈", "데이터 기반 행정"),
        Held("Choi Subin cloud.pptx", "", "Moving the government to the cloud", "공공 클라우드 전환"),
        Held("민관협력_네이버클라우드.pptx", "", "민관협력으로 만드는 AI", "민관협력 사례"),
    ),
    frozenset({"윤서준"}),
)

CALENDAR = Judged(
    """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Hub//Workshop//EN
BEGIN:VEVENT
UID:1
DTSTART:20251006T090000Z
SUMMARY:Interoperability with X-Road
DESCRIPTION:Speaker: Kristjan Tamm\\, Estonia
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTART:20251006T100000Z
SUMMARY:Coffee break
END:VEVENT
BEGIN:VEVENT
UID:3
DTSTART:20251006T103000Z
SUMMARY:Chatbots for citizens
DESCRIPTION:Speaker: Ruben Sargsyan\\, Armenia
END:VEVENT
BEGIN:VEVENT
UID:4
DTSTART:20251007T090000Z
SUMMARY:Measuring digital maturity
DESCRIPTION:Speaker: Oyuna Ganbold\\, Mongolia
END:VEVENT
END:VCALENDAR
""",
    (
        Held("X-Road.pptx", "6 October 2025", "X-Road: ten years of interoperability", "Interoperability with X-Road"),
        Held("Չատբոտ.pptx", "", "Չատբոտներ քաղաքացիների համար\nՌուբեն Սարգսյան", "Chatbots for citizens"),
    ),
    frozenset({"Oyuna Ganbold"}),
)

SCHEDULE = Judged(
    """\
<?xml version="1.0" encoding="UTF-8"?>
<schedule><version>1</version>
<day index="1" date="2025-11-11"><room name="Hall">
<event id="1"><start>09:30</start><title>Digital wallets</title><track>Identity</track><type>lecture</type>
<persons><person id="1">Anna Kowalska</person></persons></event>
<event id="2"><start>10:30</start><title>Coffee break</title><persons/></event>
<event id="3"><start>11:00</start><title>Zero trust for ministries</title><track>Security</track><type>lecture</type>
<persons><person id="2">Bilal Ahmed</person><person id="3">Chen Li</person></persons></event>
</room></day>
<day index="2" date="2025-11-12"><room name="Hall">
<event id="4"><start>09:30</start><title>Procurement of AI</title><track>AI</track><type>lecture</type>
<persons><person id="4">Davron Umarov</person></persons></event>
</room></day></schedule>
""",
    (
        Held("wallets_final.pptx", "2025-11-11", "Digital wallets in Europe\nA. Kowalska", "Digital wallets"),
        Held("zero_trust.pdf", "2025-11-11", "Zero trust for ministries", "Zero trust for ministries"),
        Held("Умаров_закупки_ИИ.pptx", "2025-11-12", "Закупки ИИ", "Procurement of AI"),
    ),
    frozenset(),
)

JUDGED = {
    "lines in English": (".txt", ENGLISH_LINES),
    "lines in Russian": (".txt", RUSSIAN_LINES),
    "lines in Korean": (".txt", KOREAN_LINES),
    "a table in English": (".csv", ENGLISH_TABLE),
    "a table in Russian": (".txt", RUSSIAN_TABLE),
    "a table in Korean": (".csv", KOREAN_TABLE),
    "a calendar": (".ics", CALENDAR),
    "a schedule": (".xml", SCHEDULE),
}
