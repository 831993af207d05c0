"""The texts of the sample workshop. Invented, and said to be so in every file; no person, no real project is meant."""

from dataclasses import dataclass, field

MARK = "SAMPLE – invented content"


@dataclass(frozen=True)
class Slide:
    title: str
    bullets: tuple[str, ...]
    notes: str = ""
    table: tuple[tuple[str, ...], ...] = field(default=())


@dataclass(frozen=True)
class Deck:
    file: str
    language: str
    slides: tuple[Slide, ...]


ENGLISH = Deck(
    "opening.pptx",
    "en",
    (
        Slide(
            "Public-private partnerships for digital government",
            (MARK, "Opening session", "Secretariat of the sample workshop"),
        ),
        Slide(
            "Why partner with the private sector?",
            ("Skills that ministries cannot hire alone", "Risk is shared by contract", "Services reach citizens sooner"),
            "Ask the delegations for one example each before moving on.",
        ),
        Slide(
            "Three models compared",
            ("Choose the model before the vendor",),
            table=(
                ("Model", "Who owns the data", "Typical length"),
                ("Concession", "State", "10–15 years"),
                ("Joint venture", "Shared", "5–10 years"),
                ("Service contract", "State", "2–4 years"),
            ),
        ),
        Slide(
            "X-Road and data exchange",
            ("A secure data exchange layer connects registries", "No central database: each registry stays with its owner"),
            "The word to remember is interoperability.",
        ),
        Slide("Using AI responsibly", ("Publish a register of algorithms", "Keep a human in the loop for every refusal")),
        Slide("Questions for the country sessions", ("Which service was first?", "What would you never outsource?")),
    ),
)
RUSSIAN = Deck(
    "russian.pptx",
    "ru",
    (
        Slide("Искусственный интеллект в государственном управлении", (MARK, "Обзорная лекция")),
        Slide(
            "Где помогает искусственный интеллект",
            ("Ответы на обращения граждан", "Проверка документов при выдаче разрешений", "Прогноз нагрузки на службы"),
            "Привести пример с очередями в центрах обслуживания населения.",
        ),
        Slide(
            "Риски и ответственность",
            ("Предвзятость обучающих данных", "Решение остаётся за государственным служащим"),
            table=(("Риск", "Мера"), ("Ошибка модели", "Проверка человеком"), ("Утечка данных", "Обезличивание")),
        ),
        Slide("Государственно-частное партнёрство", ("Пилот на шесть месяцев", "Открытые условия для ещё одного поставщика")),
    ),
)
KOREAN = Deck(
    "korean.pptx",
    "ko",
    (
        Slide("전자정부와 민관협력", (MARK, "한국 사례 발표")),
        Slide(
            "디지털플랫폼정부란 무엇인가",
            ("모든 데이터가 연결되는 정부", "국민과 기업이 함께 만드는 서비스"),
            "전자정부법의 연혁을 짧게 설명한다.",
        ),
        Slide(
            "인공지능 도입 절차",
            ("업무 선정, 시범 운영, 평가의 세 단계",),
            table=(("단계", "기간"), ("시범 운영", "6개월"), ("평가", "2개월")),
        ),
        Slide("공무원 역량 강화", ("현장 중심의 교육 과정", "해외 공무원 초청 연수")),
    ),
)
KAZAKH = Deck(
    "kazakh.pptx",
    "kk",
    (
        Slide("Цифрлық қызметтер және мемлекеттік-жекеменшік әріптестік", (MARK, "Қазақстан делегациясы")),
        Slide(
            "Азаматтарға арналған қызметтер",
            ("Өтініш бір терезе арқылы беріледі", "Құжаттар ұялы телефонда сақталады", "Қызмет көрсету уақыты қысқарды"),
            "Ауыл тұрғындары туралы айту керек.",
        ),
        Slide(
            "Жасанды интеллект",
            ("Қазақ тіліндегі үлкен тілдік модель", "Дауыстық көмекші"),
            table=(("Көрсеткіш", "Мәні"), ("Қызмет саны", "120"), ("Пайдаланушы", "3 млн")),
        ),
        Slide("Келесі қадамдар", ("Деректер сапасын арттыру", "Өңірлермен ынтымақтастық")),
    ),
)
UZBEK = Deck(
    "uzbek.pptx",
    "uz",
    (
        Slide("Raqamli davlat xizmatlari", (MARK, "Oʻzbekiston delegatsiyasi")),
        Slide(
            "Davlat-xususiy sheriklik tajribasi",
            ("Yagona interaktiv davlat xizmatlari portali", "Fuqarolar uchun qulaylik va ochiqlik"),
            "Mahalladagi xizmat markazlari haqida gapirish.",
        ),
        Slide(
            "Sunʼiy intellekt strategiyasi",
            ("Oʻquv dasturlari va startaplarni qoʻllab-quvvatlash",),
            table=(("Yoʻnalish", "Muddat"), ("Taʼlim", "2026"), ("Sogʻliqni saqlash", "2027")),
        ),
        Slide("Keyingi qadamlar", ("Maʼlumotlar almashinuvi", "Xalqaro hamkorlik")),
    ),
)
GEORGIAN = Deck(
    "georgian.pptx",
    "ka",
    (
        Slide("ელექტრონული მმართველობა", (MARK, "საქართველოს დელეგაცია")),
        Slide(
            "იუსტიციის სახლის გამოცდილება",
            ("ერთი სარკმლის პრინციპი", "მომსახურება დღის ბოლომდე"),
            "აჩვენეთ რიგის მართვის სისტემა.",
        ),
        Slide(
            "მონაცემთა გაცვლის სისტემა",
            ("რეესტრები ერთმანეთს უსაფრთხოდ უკავშირდება",),
            table=(("რეესტრი", "მფლობელი"), ("მოსახლეობა", "სახელმწიფო"), ("ბიზნესი", "სახელმწიფო")),
        ),
        Slide("ხელოვნური ინტელექტი", ("საპილოტე პროექტი საბაჟოზე", "ეთიკის წესები")),
    ),
)
ARMENIAN = Deck(
    "armenian.pptx",
    "hy",
    (
        Slide("Թվային փոխակերպում", (MARK, "Հայաստանի պատվիրակություն")),
        Slide(
            "Պետություն-մասնավոր գործընկերություն",
            ("Տվյալների փոխանակման հարթակ", "Ծառայություններ քաղաքացիների համար"),
            "Հիշեցնել անձնական տվյալների պաշտպանության մասին։",
        ),
        Slide(
            "Արհեստական բանականություն",
            ("Ուսումնական ծրագիր պետական ծառայողների համար",),
            table=(("Փուլ", "Ժամկետ"), ("Փորձարկում", "6 ամիս")),
        ),
        Slide("Հաջորդ քայլերը", ("Համագործակցություն տարածաշրջանում",)),
    ),
)
KHMER = Deck(
    "khmer.pptx",
    "km",
    (
        Slide("រដ្ឋាភិបាលឌីជីថល", (MARK, "គណៈប្រតិភូកម្ពុជា")),
        Slide(
            "ភាពជាដៃគូរវាងរដ្ឋនិងឯកជន",
            ("សេវាសាធារណៈសម្រាប់ប្រជាពលរដ្ឋ", "ការផ្លាស់ប្តូរទិន្នន័យរវាងក្រសួង"),
            "និយាយអំពីបទពិសោធន៍នៅតាមខេត្ត។",
        ),
        Slide("បញ្ញាសិប្បនិម្មិត", ("ការបណ្តុះបណ្តាលមន្ត្រីរាជការ",), table=(("ដំណាក់កាល", "រយៈពេល"), ("សាកល្បង", "៦ខែ"))),
        Slide("ជំហានបន្ទាប់", ("កិច្ចសហប្រតិបត្តិការក្នុងតំបន់",)),
    ),
)
QUESTIONS = Deck(
    "questions.pptx",
    "en",
    (
        Slide("Questions and answers on risk sharing", (MARK, "Who pays when a pilot fails?")),
        Slide("A fifty-fifty split", ("Fair on paper, slow in court", "Agree on an exit clause first")),
        Slide(
            "Who carries which risk",
            ("Give each risk to whoever can control it",),
            "Let the delegations correct this table.",
            table=(("Risk", "Carried by"), ("Demand", "State"), ("Delay", "Private partner"), ("Change of law", "State")),
        ),
        Slide("Still open", ("May a draft contract be published?", "Who owns a model trained on registry data?")),
    ),
)
GOOGLE_SLIDES = Deck(
    "google-slides.pptx",
    "en",
    (
        Slide("Summary of the working groups", (MARK, "Written together in Google Slides")),
        Slide(
            "What every group asked for",
            ("A one stop shop for start-ups", "Plain language in every contract", "A sandbox for AI procurement"),
            "Collected on the last afternoon.",
        ),
        Slide("Who does what next", ("Secretariat: minutes within two weeks", "Delegations: one contact person each")),
        Slide(
            "Votes of the groups",
            ("Each group had five votes",),
            table=(("Proposal", "Votes"), ("Plain language", "9"), ("Sandbox", "7"), ("Single register of algorithms", "4")),
        ),
    ),
)
DECKS = (ENGLISH, RUSSIAN, KOREAN, KAZAKH, UZBEK, GEORGIAN, ARMENIAN, KHMER, QUESTIONS, GOOGLE_SLIDES)

AGENDA = (
    (
        "Agenda",
        (MARK, "Day 1: opening, models of partnership, country cases.", "Day 2: artificial intelligence, working groups."),
    ),
    ("Logistics", ("Simultaneous interpretation in English and Russian.", "Bring one service that you are proud of.")),
)
AGENDA_TABLE = (
    ("Time", "Session", "Title", "Speaker"),
    ("Day 1 – 23 June 2025",),
    ("09:30", "Session 1 – Models of partnership", "Models of PPP", "Jane Sample, Secretariat"),
    ("10:30", "Session 1 – Models of partnership", "Questions and answers", ""),
    ("11:00", "", "Coffee break", ""),
    ("11:30", "Session 2 – Country cases", "Electronic governance", "Delegation of Georgia"),
    ("12:00", "Session 2 – Country cases", "Digital services", "Delegation of Kazakhstan"),
    ("12:30", "Session 2 – Country cases", "Digital public services", "Delegation of Uzbekistan"),
    ("14:00", "Session 2 – Country cases", "Digital transformation", "Delegation of Armenia"),
    ("14:30", "Session 2 – Country cases", "Digital government", "Delegation of Cambodia"),
    ("15:00", "Session 2 – Country cases", "e-Mongolia: one year on", "Delegation of Mongolia"),
    ("Day 2 – 24 June 2025",),
    ("09:30", "Session 3 – AI in the public sector", "E-government and PPP", "Delegation of the Republic of Korea"),
    ("10:30", "Session 3 – AI in the public sector", "Искусственный интеллект в госуправлении", ""),
    ("14:00", "Session 4 – Working groups", "Summary of the working groups", "Rapporteur of the working groups"),
)
AGENDA_OLD = (("Agenda (first draft)", (MARK, "Day 1 only; superseded by the later agenda.")),)
CONCEPT_PAGES = (
    ("Concept note", (MARK, "The workshop looks at how the state and private partners build digital services together.")),
    ("Expected results", ("A shared list of contract clauses.", "A network of practitioners in the region.")),
    ("Reading list", ("Guides on data exchange, procurement and trustworthy AI.",)),
)
PARTICIPANTS = (
    ("Delegation", "Seats", "Interpretation"),
    ("Delegation of Georgia", 3, "English"),
    ("Delegation of Kazakhstan", 4, "Russian"),
    ("Delegation of the Republic of Korea", 5, "Korean"),
    ("Delegation of Uzbekistan", 6, "Russian"),
    ("SAMPLE – invented numbers", 18, ""),
)
