"""A second set of private things, written before the rules for them: addresses that are spelled out, secrets, handles, cards.

Of people who do not exist; and what only looks alike. Only tests look at these lines, no rule was made from them.
"""

import random
import string
from collections.abc import Iterator

from materials_cli.triage.checks import luhn
from materials_cli.triage.found import FindKind
from support.plants import Plant

_LOCALS = ("nino", "a.serikov", "kim_ms", "rahman-7", "t.petrosyan", "bold.erdene", "info.desk", "maria", "leyla88", "sokha")
_DOMAINS = ("mof.gov.ge", "egov.kz", "mois.go.kr", "ict.gov.mn", "gmail.com", "minjust.kg", "dict.gov.ph", "asan.gov.az")
_AT = (
    " @ ", "(at)", " (at) ", "[at]", " [AT] ", " at ", "＠", " (@) ", "{at}", " собака ", " (собака) ", "[собака]", "@ ", " @",
    "<at>", " 골뱅이 ", "[골뱅이]", " (эт) ", "﹫",
)  # fmt: skip
_DOTS = (".", " (dot) ", "[.]", " dot ", "(.)", "．", " точка ", "[точка]", " . ", "{dot}", "[DOT]", " 점 ")
_MAILS = (
    "{}", "E-mail: {}", "Contact: {} (secretariat)", "Пишите: {}", "Почта – {}", "이메일: {}", "ელფოსტა: {}", "{}, +7",
    "Questions? {}", "Электрон пошта: {}", "Пошта: {}",
)  # fmt: skip
_WORDS = (
    "Samarkand2025",
    "qwerty!7",
    "P@ssw0rd",
    "guest-UNDP",
    "Zx81ab",
    "Tashkent#1",
    "N1a0k9",
    "welcome2Seoul",
    "dk4-99x",
    "7Yurt7",
)
_SECRETS = (
    "Password: {}", "password = {}", "Wi-Fi password: {}", "Пароль: {}", "Пароль от Wi-Fi: {}", "Логин: guest, пароль: {}",
    "Құпия сөз: {}", "Құпиясөз: {}", "Сырсөз: {}", "Parol: {}", "Wi-Fi paroli: {}", "Рамз: {}", "Գաղտնաբառ՝ {}", "პაროლი: {}",
    "Şifrə: {}", "Нууц үг: {}", "পাসওয়ার্ড: {}", "ពាក្យសម្ងាត់៖ {}", "ລະຫັດຜ່ານ: {}", "비밀번호: {}", "비번 {}", "Passcode: {}",
    "WiFi: UNDP-Guest / password {}", "pwd: {}", "Zoom passcode: {}", "User: admin Pass: {}", "Network key: {}", "WPA2 key: {}",
    "Ключ Wi-Fi: {}", "Код доступа: {}", "와이파이 비밀번호: {}", "Password is {}", "PASSWORD: {}", "Пароль {}",
)  # fmt: skip
_CODES = (
    "Meeting ID: 812 3456 7890, passcode: {}",
    "Passcode: {}",
    "Код доступа: {}",
    "PIN: {}",
    "PIN-код: {}",
    "비밀번호: {}",
    "Пароль: {}",
)
_HANDLES = (
    "Telegram: @{}", "@{}", "Telegram {}", "t.me/{}", "https://t.me/{}", "Instagram: @{}", "X: @{}", "Skype: live:{}",
    "Skype: {}", "WeChat ID: {}", "카카오톡 ID: {}", "Телеграм: @{}", "ТГ: @{}", "Follow me: @{}", "linkedin.com/in/{}",
    "https://www.facebook.com/{}", "instagram.com/{}", "Telegram-канал: t.me/{}", "vk.com/{}", "twitter.com/{}",
    "ტელეგრამი: @{}", "line.me/ti/p/{}", "open.kakao.com/o/{}", "m.me/{}",
)  # fmt: skip
_USERS = (
    "nino_beridze",
    "aigerim.s",
    "kim_minsu91",
    "rustam_k",
    "sokha_dara",
    "bold_e",
    "tigran_p7",
    "maria_santos",
    "leyla.m_az",
)
_WHATSAPP = ("https://wa.me/{}", "wa.me/{}", "https://api.whatsapp.com/send?phone={}", "viber://chat?number=%2B{}")
_CARDS = ("4", "51", "53", "2200", "8600", "9860", "37", "62", "9417")
_CARD_LINES = ("{}", "Card: {}", "Карта {}", "Оплата на {}", "카드 {}", "For the fee: {} (Visa)")


def contacts(seed: int, count: int = 240) -> list[Plant]:
    """As many private things, of all kinds in turn."""
    chance = random.Random(seed)  # noqa: S311 - it has to be the same each time
    makers = (_mail, _mail, _secret, _secret, _handle, _card)
    return [makers[number % len(makers)](chance) for number in range(count)]


def _mail(chance: random.Random) -> Plant:
    at, dot = chance.choice(_AT), "."
    if at == " at " or chance.random() < 0.5:
        dot = chance.choice(_DOTS[1:])
    text = f"{chance.choice(_LOCALS)}{at}{chance.choice(_DOMAINS).replace('.', dot)}"
    return Plant(FindKind.EMAIL, text, chance.choice(_MAILS).format(text))


def _secret(chance: random.Random) -> Plant:
    if chance.random() < 0.25:
        text = "".join(chance.choices(string.digits, k=chance.choice((4, 6))))
        return Plant(FindKind.SECRET, text, chance.choice(_CODES).format(text))
    text = f"{chance.choice(_WORDS)}{chance.choice('abcxyz')}"
    return Plant(FindKind.SECRET, text, chance.choice(_SECRETS).format(text))


def _handle(chance: random.Random) -> Plant:
    if chance.random() < 0.2:
        text = chance.choice(_WHATSAPP).format("7701" + "".join(chance.choices(string.digits, k=7)))
        return Plant(FindKind.HANDLE, text, f"WhatsApp: {text}")
    name = chance.choice(_USERS)
    return Plant(FindKind.HANDLE, name, chance.choice(_HANDLES).format(name))


def _card(chance: random.Random) -> Plant:
    begin = chance.choice(_CARDS)
    groups = (4, 6, 5) if begin == "37" else (4, 4, 4, 4)
    while True:
        digits = begin + "".join(chance.choices(string.digits, k=sum(groups) - len(begin)))
        if luhn(digits):
            break
    blank, parts, at = chance.choice((" ", "-", "", "\u00a0")), [], 0
    for size in groups:
        parts.append(digits[at : at + size])
        at += size
    text = blank.join(parts)
    return Plant(FindKind.ACCOUNT, text, chance.choice(_CARD_LINES).format(text))


def innocent(seed: int, count: int = 900) -> Iterator[str]:
    """Lines with nothing private, which have the words and signs of what is."""
    chance = random.Random(seed)  # noqa: S311 - see contacts()

    def d(number: int) -> str:
        return chance.choice("123456789") + "".join(chance.choices(string.digits, k=number - 1))

    lines = (
        "Password policy: at least {2} characters", "Passwords must be changed every {2} days", "Пароль: не менее {1} символов",
        "Пароли пользователей хранятся в виде хешей", "Your password will be sent by SMS", "비밀번호 정책 및 암호화",
        "Password: required", "Введите пароль", "Forgot your password?", "Password-less login with eID", "Құпия сөз саясаты",
        "Look at data.gov.kz and at egov.kz", "Register at mygov.uz before {2} June", "Workshop at Samarkand, {4}",
        "Meet us @ 10:{2}", "AI @ scale", "R&D @ {4}", "Prices @ {2} USD per unit", "at the level of the dot matrix",
        "Точка доступа Wi-Fi в каждом районе", "Собака – друг человека. Точка.", "Точка роста: {2} регионов",
        "Telegram bots of {2} ministries", "WhatsApp has {1} billion users", "Citizens use Telegram, Viber and WhatsApp",
        "Instagram: {2} % of the audience", "Facebook, Instagram, Telegram", "Telegram: {2} 000 подписчиков",
        "@media (max-width: {3}px)", "@Override public void run()", "import @angular/core", "Table {1}: {4} {4} {4} {4} {4}",
        "{4} {4} {4}", "Serial {4}-{4}-{4}", "Access key management in the cloud", "Ключ к успеху: сотрудничество",
        "PIN codes are issued by post", "Код доступа к данным: открытый API", "Public key infrastructure: {1} CAs",
        "Key: green = done, red = late", "Pass rate: {2} %", "Passport: {2} offices", "Parol siyosati haqida",
        "Skype, Zoom and Teams are used in {2} % of meetings", "X: number of users, Y: number of services",
        "Login with Smart-ID, Mobile-ID or password", "WPA2 and WPA3 are standards", "Wi-Fi in {3} schools",
        "Passcode rules: 6 digits, no repetition", "https://github.com/e-gov/X-Road", "www.undp.org/kazakhstan",
    )  # fmt: skip
    for number in range(count):
        line = lines[number % len(lines)]
        for size in range(1, 5):
            while f"{{{size}}}" in line:
                line = line.replace(f"{{{size}}}", d(size), 1)
        yield line


# A slide, and who is named on it as a contact or presenter; slides on which nobody is.
CONTACTS = (
    ("Contact person: Nino Beridze, Head of Department, Ministry of Finance", "Nino Beridze"),
    ("Контактное лицо: Айгерим Серикова, главный эксперт, Министерство цифрового развития", "Айгерим Серикова"),
    ("Контакты\nРустам Каримов, начальник управления, Министерство юстиции", "Рустам Каримов"),
    ("담당자: 김민수 과장, 행정안전부", "김민수"),
    ("문의처\n박지훈 사무관, 행정안전부", "박지훈"),
    ("Байланыс\nАйдос Нұрланов, департамент директоры, Цифрлық даму министрлігі", "Айдос Нұрланов"),
    ("Mas'ul: Rustam Karimov, bo'lim boshlig'i, Raqamli texnologiyalar vazirligi", "Rustam Karimov"),
    ("საკონტაქტო პირი: ნინო ბერიძე, დეპარტამენტის უფროსი, ფინანსთა სამინისტრო", "ნინო ბერიძე"),
    ("Պատասխանատու՝ Տիգրան Պետրոսյան, բաժնի պետ, Արդարադատության նախարարություն", "Տիգրան Պետրոսյան"),
    ("Əlaqə: Leyla Məmmədova, şöbə müdiri, Nəqliyyat Nazirliyi", "Leyla Məmmədova"),
    ("Хариуцсан: Болд Эрдэнэ, хэлтсийн дарга, Цахим хөгжлийн яам", "Болд Эрдэнэ"),
    ("যোগাযোগ: সাকিব রহমান, পরিচালক, তথ্য অধিদপ্তর", "সাকিব রহমান"),
    ("ຕິດຕໍ່: ສົມຊາຍ ວົງສາ, ຫົວໜ້າພະແນກ", "ສົມຊາຍ ວົງສາ"),
    ("ទំនាក់ទំនង៖ សុខ ដារ៉ា, ប្រធាននាយកដ្ឋាន", "សុខ ដារ៉ា"),
    ("Thank you!\nMaria Santos\nDirector, DICT", "Maria Santos"),
    ("Questions?\nDr. John Smith – UNDP – john@undp.org", "John Smith"),
    ("Focal point – Ms. Anna Lee, Senior Officer, UNDP Seoul", "Anna Lee"),
    ("Масъул: Фаррух Раҳимов, сардори шуъба, Вазорати рақамӣ", "Фаррух Раҳимов"),
    ("Жооптуу: Бакыт Асанов, бөлүм башчысы, Санарип министрлиги", "Бакыт Асанов"),
    ("Спасибо за внимание!\nИрина Ким\nруководитель проекта, ПРООН", "Ирина Ким"),
    ("For more information: Piret Tõnurist, Deputy Head, OECD", "Piret Tõnurist"),
    ("Contacts\nMinistry of Justice\nTemur Aliyev, Chief Specialist\n+998 71 233 45 67", "Temur Aliyev"),
    ("Координатор: Гульнара Ахметова", "Гульнара Ахметова"),
    ("Speaker: Sokha Dara", "Sokha Dara"),
)
NO_CONTACTS = (
    "Contacts\nMinistry of Finance, Astana, Kazakhstan\nDepartment of Digital Services",
    "Questions?\nThank you for your attention",
    "Контакты\nг. Астана, проспект Мангилик Ел, 55\nМинистерство юстиции",
    "Contact centre 1414: 24 hours, all regions",
    "Contact: Digital Government Agency, Ministry of ICT",
    "Questions\nHow many services are online?\nWho pays?",
    "Спасибо за внимание!\nМинистерство цифрового развития\nг. Бишкек",
    "문의처\n행정안전부 디지털정부국\n서울특별시 종로구",
    "Any questions: Public Services, Head Office",
    "Responsible: National Agency",
    "Ответственный: Министерство финансов",
    "Contacts\nOpen Data Portal, Head of Department",
    "Thank you\nDigital Georgia, Tbilisi",
    "Координатор проекта – Казахстан",
    "Aloqa: Toshkent shahri, Navoiy ko'chasi",
    "Questions\nSmart City, Project Manager role\nBig Data",
    "담당: 디지털정부국",
    "Contact point: single portal, hotline, e-mail",
)
