"""Private things of people who do not exist, in the forms of the region, made by rule; and what only looks private."""

import random
import string
from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

from materials_cli.triage.checks import iban, inn, kazakh, korean, luhn, snils, uzbek
from materials_cli.triage.finds import Spot, spots
from materials_cli.triage.found import FindKind

_LINES = 8  # of a slide


class Plant(NamedTuple):
    """What is private, and the line it stands in."""

    kind: FindKind
    text: str
    line: str


_NAMES = ("n.beridze", "aigerim_s", "kim.minsu", "Rustam.Karimov", "s-rahman", "bold.e", "tigran", "maria.santos", "info", "a1")
_DOMAINS = (
    "mof.gov.ge",
    "nitec.kz",
    "mois.go.kr",
    "gmail.com",
    "minjust.gov.kg",
    "ict.gov.mn",
    "egov.uz",
    "dict.gov.ph",
    "mail.ru",
)
_MAILS = (
    "E-mail: {}", "Пошта: {}", "{}", "Эл. почта {}; сайт egov.kz", "Contact Ms. Kim <{}>.", "이메일: {}",
    "ელფოსტა: {}", "Էլ. փոստ՝ {}", "mailto:{}", "({})", "ইমেইল: {}", "អ៊ីមែល៖ {}", "ອີເມວ: {}",
    "Электрон шуудан: {}", "Почтаи электронӣ: {}",
)  # fmt: skip
# Telephones by country: # is any digit, * one of 1-9. The label says in whose language, and may be missing.
_PHONES = (
    "Тел.: +7 (7172) **-##-##", "+7 70* ### ## ##", "8 (7172) **-##-##", "8 70* ### ## ##", "ұялы: +770*#######",
    "8-70*-###-##-##", "Телефон: +996 312 ** ## ##", "+996(55*)######", "0555 *# ## ##", "(0312) **-##-##",
    "+998 90 *##-##-##", "+99890*######", "Tel: (998 71) 2##-##-##", "тел. 998 90 *## ## ##", "+992 37 2## ## ##",
    "Тел: +992 (44) 6##-##-##", "+374 10 5* ## ##", "(010) 5*-##-##", "Հեռ.՝ +374-91-*#####", "055 *# ## ##",
    "+995 32 2 *# ## ##", "ტელ: 599 *# ## ##", "(+995 32) 2## ## ##", "+994 12 4## ## ##", "(050) 2##-##-##",
    "Tel.: 012 4## ## ##", "Утас: +976 11 *# ## ##", "Утас: 99##-####", "+976-99######", "+880 171*-######",
    "ফোন: 0171*######", "017**-######", "+855 12 *## ###", "ទូរស័ព្ទ៖ 012 *## ###", "012 *## ###",
    "+856 20 55## ####", "020 55 *## ###", "ໂທ: 021 2#####", "+82-2-21##-####", "010-*###-####", "02-21##-####",
    "전화 031-2##-####", "+63 917 *## ####", "0917 *## ####", "Tel. (02) 8###-####", "+7 (495) *##-##-##",
    "8 495 *## ## ##", "WhatsApp +4479########", "phone +1 202 *## ####", "Fax: +41 22 9## ## ##",
)  # fmt: skip
_OTHER_DIGITS = {"ফোন": 0x9E6, "ទូរស័ព្ទ": 0x17E0, "ໂທ": 0xED0}
_MARKS = (
    "Strictly confidential", "FOR OFFICIAL USE ONLY", "Confidential – do not distribute", "Not for publication",
    "Для служебного пользования", "ДСП", "Строго конфиденциально", "Не для распространения", "КОНФИДЕНЦИАЛЬНО",
    "Қызмет бабында пайдалану үшін", "ҚҰПИЯ", "Таратуға болмайды", "Кызматтык пайдалануу үчүн", "Жашыруун",
    "Xizmat doirasida foydalanish uchun", "Maxfiy", "Хизмат доирасида фойдаланиш учун", "Махфий",
    "Барои истифодаи хизматӣ", "Махфӣ", "Ծառայողական օգտագործման համար", "Գաղտնի", "სამსახურებრივი სარგებლობისთვის",
    "კონფიდენციალური", "Xidməti istifadə üçün", "Məxfi", "Албан хэрэгцээнд", "НУУЦ",
    "শুধুমাত্র দাপ্তরিক ব্যবহারের জন্য", "গোপনীয়", "សម្ងាត់",
    "សម្រាប់ប្រើប្រាស់ផ្ទៃក្នុង", "ລັບ", "ສຳລັບໃຊ້ພາຍໃນ", "대외비", "비공개",
    "외부 유출 금지", "Para sa opisyal na paggamit lamang", "Kumpidensyal", "Хидмәти истифадә үчүн",
)  # fmt: skip


def plants(seed: int, count: int = 300) -> list[Plant]:
    """As many private things, of all kinds in turn; no two the same."""
    chance = random.Random(seed)  # noqa: S311 - it has to be the same each time
    makers: tuple[tuple[Callable[[random.Random, int], Plant], int], ...] = (
        (_mail, 4), (_phone, 6), (_identity, 6), (_passport, 2), (_account, 1), (_mark, 2),
    )  # fmt: skip
    wheel = [maker for maker, share in makers for _ in range(share)]
    return [wheel[number % len(wheel)](chance, number) for number in range(count)]


def _mail(chance: random.Random, number: int) -> Plant:
    local = f"{chance.choice(_NAMES)}{number}"
    text = f"{local}@{chance.choice(_DOMAINS)}"
    if number % 11 == 0:
        text = text.replace("@", " [at] ")
    return Plant(FindKind.EMAIL, text, _MAILS[number % len(_MAILS)].format(text))


def _phone(chance: random.Random, number: int) -> Plant:
    shape = chance.choice(_PHONES)
    made = "".join(chance.choice("0123456789" if sign == "#" else "123456789") if sign in "#*" else sign for sign in shape)
    start = next(place for place, sign in enumerate(made) if sign in "+(0123456789")
    label, text = made[:start], made[start:]
    zero = next((zero for word, zero in _OTHER_DIGITS.items() if label.startswith(word)), None)
    if zero and chance.random() < 0.5:
        text = "".join(chr(zero + int(sign)) if sign.isdigit() else sign for sign in text)
    return Plant(FindKind.PHONE, text, label + text)


def _day(chance: random.Random) -> tuple[int, int, int]:
    return chance.randint(1, 28), chance.randint(1, 12), chance.randint(50, 99)


def _checked(make: Callable[[], str], check: Callable[[str], int]) -> str:
    """The first number made that has right check digits."""
    while not check(text := make()):
        pass
    return text


def _digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choices(string.digits, k=count))


def _identity(chance: random.Random, _: int) -> Plant:
    day, month, year = _day(chance)
    d, short, other = f"{day:02}{month:02}", f"{year:02}{month:02}{day:02}", f"{day:02}{month:02}{year:02}"
    forms: tuple[Callable[[], tuple[str, str]], ...] = (
        lambda: ("ИИН {}", _checked(lambda: f"{short}{chance.choice('34')}{_digits(chance, 5)}", kazakh)),
        lambda: ("{}", _checked(lambda: f"{short}{chance.choice('34')}{_digits(chance, 5)}", kazakh)),
        lambda: ("JSHSHIR: {}", f"{chance.choice('34')}{other}{_digits(chance, 7)}"),
        lambda: ("{}", _checked(lambda: f"{chance.choice('34')}{other}{_digits(chance, 7)}", uzbek)),
        lambda: ("ПИН {}", f"{chance.choice('12')}{d}19{year}{_digits(chance, 5)}"),
        lambda: ("{}", f"{chance.choice('12')}{d}19{year}{_digits(chance, 5)}"),
        lambda: ("ИНН (РМА): {}", _digits(chance, 9)),
        lambda: ("ՀԾՀ՝ {}", f"{day + 10}{month:02}{year:02}{_digits(chance, 4)}"),
        lambda: ("პირადი ნომერი: {}", f"{chance.randint(1, 65):02}{_digits(chance, 9)}"),
        lambda: ("FİN: {}", f"5{''.join(chance.choices('ABCDEFGHJKLMNPQRSTUVWXYZ23456789', k=5))}Z"),
        lambda: ("Регистрийн дугаар: {}", f"УБ{short}{_digits(chance, 2)}"),
        lambda: ("{}", f"ӨҮ{short}{_digits(chance, 2)}"),
        lambda: ("এনআইডি নং {}", "".join(chr(0x9E6 + int(sign)) for sign in f"1{_digits(chance, 9)}")),
        lambda: ("NID No: {}", f"19{year}{_digits(chance, 13)}"),
        lambda: ("លេខអត្តសញ្ញាណប័ណ្ណ៖ {}", f"0{_digits(chance, 8)}"),
        lambda: ("ບັດປະຈຳຕົວ ເລກທີ {}", f"01-{_digits(chance, 7)}"),
        lambda: ("주민등록번호 {}", f"{short}-{chance.choice('12')}{_digits(chance, 6)}"),
        lambda: ("{}", f"{short}-{chance.choice('12')}******"),
        lambda: ("{}", _checked(lambda: f"{short}{chance.choice('12')}{_digits(chance, 6)}", korean)),
        lambda: ("PhilSys PCN: {}", "-".join(_digits(chance, 4) for _ in range(4))),
        lambda: ("SSS No. {}", f"{_digits(chance, 2)}-{_digits(chance, 7)}-{_digits(chance, 1)}"),
        lambda: ("СНИЛС {}", _checked(lambda: f"{_triples(chance)} {_digits(chance, 2)}", snils)),
        lambda: ("ИНН {}", _checked(lambda: _digits(chance, 12), inn)),
        lambda: ("Удостоверение личности № {}", f"0{_digits(chance, 8)}"),
        lambda: ("TIN: {}", _triples(chance)),
    )
    line, text = forms[chance.randrange(len(forms))]()
    return Plant(FindKind.IDENTITY, text, line.format(text))


def _triples(chance: random.Random) -> str:
    return "-".join(_digits(chance, 3) for _ in range(3))


def _passport(chance: random.Random, _: int) -> Plant:
    forms = (
        ("Passport No. {}", f"N{_digits(chance, 8)}"), ("Pasport: {}", f"AA{_digits(chance, 7)}"),
        ("Паспорт AC № {}", f"{_digits(chance, 7)}"), ("პასპორტის ნომერი {}", f"12AB{_digits(chance, 5)}"),
        ("Անձնագիր՝ {}", f"AN{_digits(chance, 7)}"), ("여권번호 {}", f"M{_digits(chance, 3)}A{_digits(chance, 4)}"),
        ("Pasaporte: {}", f"P{_digits(chance, 7)}B"), ("Паспорт серия {}", f"45 1{_digits(chance, 1)} {_digits(chance, 6)}"),
        ("পাসপোর্ট নং {}", f"EA{_digits(chance, 7)}"), ("ໜັງສືຜ່ານແດນ {}", f"PA{_digits(chance, 7)}"),
        ("Төлқұжат нөмірі {}", f"N{_digits(chance, 8)}"), ("Гадаад паспорт {}", f"E{_digits(chance, 7)}"),
        ("{}", f"P<GEOBERIDZE<<NINO{'<' * 26}"),
    )  # fmt: skip
    line, text = chance.choice(forms)
    return Plant(FindKind.PASSPORT, text, line.format(text))


def _account(chance: random.Random, number: int) -> Plant:
    if number % 2:
        text = _checked(lambda: f"8600 {_digits(chance, 4)} {_digits(chance, 4)} {_digits(chance, 4)}", luhn)
        return Plant(FindKind.ACCOUNT, text, f"Karta: {text}")

    def made() -> str:
        return f"KZ{_digits(chance, 2)}125K{_digits(chance, 12)}"

    text = _checked(made, lambda each: iban(each) == len(each))
    return Plant(FindKind.ACCOUNT, text, f"ИИК {text}")


def _mark(chance: random.Random, _: int) -> Plant:
    text = chance.choice(_MARKS)
    return Plant(FindKind.CONFIDENTIAL, text, chance.choice(("{}", "{}", "Draft 2025 | {}", "[{}]")).format(text))


def decoys(seed: int, count: int = 1500) -> Iterator[str]:
    """Lines with nothing private, which have numbers and words that look alike."""
    chance = random.Random(seed)  # noqa: S311 - see plants()

    def d(number: int) -> str:
        return chance.choice("123456789") + _digits(chance, number - 1)

    for number in range(count):
        a, b, year = chance.randint(1, 28), chance.randint(1, 12), chance.randint(1990, 2030)
        yield (
            f"GDP {year}: {d(2)} {d(3)} {d(3)} {d(3)} USD", f"Budget {year}-{year + 3}: {d(1)}.{d(3)}.{d(3)}.{d(3)} so'm",
            f"Постановление № {d(3)} от {a:02}.{b:02}.{year}", f"Law No. {d(3)}-{d(2)}-{d(2)} of {year}",
            f"КБК {d(3)} {d(2)} {d(2)} {d(5)} {d(3)}", f"ISBN 978-{d(4)}-{d(2)}-{d(3)}-{d(1)}", f"doi:10.{d(4)}/{d(8)}",
            f"{a:02}.{b:02}.{year} – {a:02}.{b:02}.{year + 1}", f"{year} {year + 1} {year + 2} {year + 3}",
            f"{d(1)},{d(3)},{d(3)} citizens in {d(2)} regions", f"Version {d(1)}.{d(1)}.{d(2)}-{d(4)}",
            f"{d(2)}.{d(3)}.{d(2)}.{d(3)} port {d(4)}", f"Growth +{d(1)} {d(3)} {d(3)} transactions",
            f"{d(2)},{d(4)} {d(2)},{d(4)} {d(2)},{d(4)}", f"https://data.gov.kz/datasets/{d(9)}/view?id={d(12)}",
            "Confidential computing protects data in use", "Принципы: открытость, конфиденциальность, доступность",
            "Безопасность и секретность данных в цифровой среде", "Құпиялылық саясаты туралы",
            "개인정보 비밀번호 정책",
            f"Table {d(1)}.{d(1)}: {d(4)} {d(4)} {d(4)} {d(4)}", f"ISO/IEC 27001:{year}, 9001-{year}",
            f"{a}-{a + 2} June {year}",
            f"Q{d(1)} {year}: {d(3)} {d(3)} / {d(3)} {d(3)}", f"Проект {d(4)}-{d(2)}/{year}, договор {d(7)}",
            f"UNDP/{year}/{d(3)}-{d(2)}", f"{d(11)} bytes, {d(8)} files", f"X-Road v{d(1)}.{d(1)} @ scale", "Follow us",
            f"Бюджет: {d(3)} {d(3)} {d(3)} тенге ({d(2)}.{d(1)} %)", f"Phone users grew by {d(2)} % to {d(1)} {d(3)} {d(3)}",
            f"The passport office serves {d(3)} {d(3)} people", f"{d(1)} of {d(2)} regions; {d(2)}:{d(2)}–{d(2)}:{d(2)}",
            f"2 {d(3)} {d(3)} 1 {d(3)} {d(3)} 3 {d(3)} {d(3)}", f"№ {d(2)}-{d(3)}-{d(4)}", f"АО «Казпочта», БИН {d(4)}40{d(6)}",
            f"IMG_{year}{b:02}{a:02}_{d(6)}.jpg", f"{year}{b:02}{a:02}{d(6)}", f"E = {d(1)}.{d(3)} × 10-{d(2)}",
            f"ໄລຍະ {year}-{year + 5}: {d(3)}.{d(3)}.{d(3)} ກີບ", f"{year}년 {b}월 {a}일 {d(3)},{d(3)},{d(3)}원",
        )[number % 41]  # fmt: skip


def slides(seed: int) -> list[tuple[str, list[Plant]]]:
    """The texts of slides, each with what was planted in it."""
    chance = random.Random(seed)  # noqa: S311 - see plants()
    lines: list[tuple[str, Plant | None]] = [(plant.line, plant) for plant in plants(seed)]
    lines += [(line, None) for line in decoys(seed)]
    chance.shuffle(lines)
    made = []
    for start in range(0, len(lines), _LINES):
        part = lines[start : start + _LINES]
        made.append(("\n".join(line for line, _ in part), [plant for _, plant in part if plant]))
    return made


def covers(text: str, told: list[Spot], plant: Plant) -> bool:
    """Whether finds have at least most of what was planted."""
    start = text.find(plant.text)
    shared = (min(spot.end, start + len(plant.text)) - max(spot.start, start) for spot in told)
    return start >= 0 and sum(max(0, each) for each in shared) >= 0.7 * len(plant.text)


def measure(seed: int) -> tuple[Counter[FindKind], Counter[FindKind], Counter[FindKind], list[str], list[str]]:
    """Planted, found and wrongly found by kind; what was missed, and what was found wrongly."""
    planted, found, wrong = Counter[FindKind](), Counter[FindKind](), Counter[FindKind]()
    missed, false = [], []
    for text, private in slides(seed):
        told = spots(text)
        for plant in private:
            planted[plant.kind] += 1
            if covers(text, told, plant):
                found[plant.kind] += 1
            else:
                missed.append(f"{plant.kind}: {plant.line}")
        for spot in told:
            if not any(
                plant.text in text[spot.start : spot.end] or text[spot.start : spot.end] in plant.line for plant in private
            ):
                wrong[spot.kind] += 1
                line = text[text.rfind("\n", 0, spot.start) + 1 :].partition("\n")[0]
                false.append(f"{spot.kind} {spot.name}: {text[spot.start : spot.end]!r} in {line!r}")
    return planted, found, wrong, missed, false
