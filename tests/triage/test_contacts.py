"""Addresses that are spelled out, secrets, accounts, cards and people in texts are found, and what only looks alike is not."""

from collections import Counter

import pytest

from materials_cli.describe.people import contacts_on
from materials_cli.model import Section
from materials_cli.triage.finds import HIDDEN, redacted, spots
from materials_cli.triage.found import FindKind
from materials_cli.triage.names import Known
from support.contacts import CONTACTS, NO_CONTACTS, contacts, innocent
from support.plants import covers


@pytest.mark.parametrize("seed", range(3))
def test_nearly_all_contacts_and_secrets_are_found_and_nearly_nothing_else(seed: int) -> None:
    planted, missed = Counter[FindKind](), []
    for plant in contacts(seed):
        planted[plant.kind] += 1
        if not covers(plant.line, [spot for spot in spots(plant.line) if spot.kind is plant.kind], plant):
            missed.append(plant.line)
    wrong = [line for line in innocent(seed) if spots(line)]
    assert planted.keys() == {FindKind.EMAIL, FindKind.SECRET, FindKind.HANDLE, FindKind.ACCOUNT}
    assert 1 - len(missed) / planted.total() >= 0.95, missed
    assert planted.total() / (planted.total() + len(wrong)) >= 0.9, wrong


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("nino @ mof.gov.ge", HIDDEN),
        ("nino (at) mof (dot) gov", HIDDEN),
        ("nino at mof dot gov dot ge", HIDDEN),
        ("nino собака mof точка gov точка ge", HIDDEN),
        ("nino＠mof．gov．ge", HIDDEN),
        ("Look at data.gov.kz", "Look at data.gov.kz"),
        ("Wi-Fi: UNDP, password: Samarkand25, room 4", f"Wi-Fi: UNDP, password: {HIDDEN}, room 4"),
        ("Пароль: не менее 8 символов", "Пароль: не менее 8 символов"),
        ("when no API key is configured.", "when no API key is configured."),
        ("Ask @nino_b or t.me/nino_b.", f"Ask {HIDDEN} or {HIDDEN}."),
        ("4276 1234 5678 9014 | 4276 1234 5678 9013", f"{HIDDEN} | 4276 1234 5678 9013"),
        ("Table: 4276 1234 5678 9014 4276", "Table: 4276 1234 5678 9014 4276"),
    ],
)
def test_what_is_private_in_a_line_is_hidden_and_the_rest_stays(text: str, left: str) -> None:
    assert redacted(text) == left


def test_people_are_found_beside_words_for_contacts_in_the_languages_of_the_region() -> None:
    def found(text: str) -> list[str]:
        title, _, body = text.partition("\n")
        return list(contacts_on(Section(5, title, body)))

    missed = [text for text, name in CONTACTS if name not in found(text)]
    wrong = [name for text in NO_CONTACTS for name in found(text)]
    wrong += [name for text, known in CONTACTS for name in found(text) if name != known]
    assert 1 - len(missed) / len(CONTACTS) >= 0.95, missed
    assert len(CONTACTS) / (len(CONTACTS) + len(wrong)) >= 0.9, wrong


def test_a_known_name_is_found_whole_in_any_alphabet_and_order() -> None:
    known = Known(["Nino Beridze", "김민수", "Digital Office", "Bo"])
    text = "Thanks to Beridze, Nino and Нино Беридзе; 김민수는 and Nino alone, nino beridze, Digital Office, Bo"
    assert [text[start:end] for _, start, end in known.found(text)] == ["김민수", "Beridze, Nino", "Нино Беридзе"]
