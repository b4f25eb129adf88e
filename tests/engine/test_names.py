"""Spelling, order of words, keys and tables."""

from __future__ import annotations

import pytest

from matching.engine import (
    BirthDate,
    Name,
    Person,
    Profile,
    is_broad,
    profile,
    query_keys,
    stored_keys,
)
from matching.engine.names import given_class
from matching.engine.normalise import Token, token
from matching.engine.patronymics import father_class
from matching.engine.slips import ends_around, one_slip_around
from matching.engine.tables import frequencies, given_names, irregular_patronymics, surname_examples
from tests.engine.people import a_profile, meet


def word(written: str) -> Token:
    found = token(written)
    assert found is not None
    return found


def first_reading(name: Name) -> tuple[str, str, str]:
    spelling = profile(Person((name,))).spellings[0]
    surname = spelling.surnames[0].folded if spelling.surnames else ""
    given = " ".join(one.folded for one in spelling.given)
    return surname, given, spelling.patronymic.folded if spelling.patronymic else ""


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        (Name("Ткач", "Іван", "Петрович"), ("ткач", "іван", "петрович")),
        (Name("Іван", "Ткач", "Петрович"), ("ткач", "іван", "петрович")),
        (Name("ІВАН", "Ткач", "Петрович"), ("ткач", "іван", "петрович")),
        (Name("ВОЛОДИМИР", "Зоммер"), ("зоммер", "володимир", "")),
        (Name("Полтавець", "Володимирович", "Твердислав"), ("полтавець", "твердислав", "володимирович")),
        (Name("Андрій", "Петрович", "Вересняк"), ("вересняк", "андрій", "петрович")),
        (Name("Ткач", "ІП"), ("ткач", "і", "п")),
        (Name("Ткач", "І.П."), ("ткач", "і", "п")),
        (Name("Ткач", "Вас.", "Петр."), ("ткач", "вас", "петр")),
        (Name("Ткач", "Іван", "не знаю"), ("ткач", "іван", "")),
        (Name("Ткач", "Іван", "мабуть Петрович"), ("ткач", "іван", "петрович")),
        (Name("Ткач", "Іван", "1987 р.н."), ("ткач", "іван", "")),
        (Name("Честислав", "Климкович", "Олександрович"), ("климкович", "честислав", "олександрович")),
        (Name("І.", "Ткач", "П."), ("ткач", "і", "п")),
        (Name("COBA", "Іван"), ("сова", "іван", "")),
        (Name(full="Рогволод Єрмоленко Вадимович"), ("єрмоленко", "рогволод", "вадимович")),
        (Name(full="Єрмоленко Рогволод"), ("єрмоленко", "рогволод", "")),
        (Name(full="Рогволод Єрмоленко"), ("єрмоленко", "рогволод", "")),
        (Name("Ткач", "Іван Петрович"), ("ткач", "іван", "петрович")),
        (Name("Ткач Іван Петрович"), ("ткач", "іван", "петрович")),
        (Name(given="Ткач Іван Петрович"), ("ткач", "іван", "петрович")),
        (Name(full="Іван Петрович Ткач"), ("ткач", "іван", "петрович")),
        (Name(full="ТКАЧ Іван"), ("ткач", "іван", "")),
        (Name(full="Іван ТКАЧ"), ("ткач", "іван", "")),
        (Name(full="Іван Ткач"), ("ткач", "іван", "")),
        (Name(full="Ткач І.П."), ("ткач", "і", "п")),
        (Name(full="І. П. Ткач"), ("ткач", "і", "п")),
        (Name(full="Ткач Іван П."), ("ткач", "іван", "п")),
        (Name(full="Роман Тарас Петрович"), ("роман", "тарас", "петрович")),
        (Name(full="Тарас Петрович Роман"), ("роман", "тарас", "петрович")),
        (Name(full="Петрович Іван Ілліч"), ("петрович", "іван", "ілліч")),
        (Name(full="Янкевич Сергій Євгепович"), ("янкевич", "сергій", "євгепович")),
        (Name(full="Волчанський Івна Вікторович"), ("волчанський", "івна", "вікторович")),
        (Name(full="Ткач Миколай ович Іван"), ("ткач", "іван", "миколайович")),
        (Name(full="Оверко Вадмм Юрійович"), ("оверко", "вадмм", "юрійович")),
        (Name(full="Цибань Елег В."), ("цибань", "елег", "в")),
        (Name(full="Гасанов Ельдар Мамед огли"), ("гасанов", "ельдар", "мамед")),
        (Name(full="(Ткач Іван"), ("ткач", "іван", "")),
        (Name(full="Ткач"), ("ткач", "", "")),
        (Name(full="Ткач Іван 1987 р.н."), ("ткач", "іван", "")),
        (Name(full="солдат Іван Петрович Ткач"), ("ткач", "іван", "петрович")),
        (Name(full="Лис. Іван Петрович"), ("лис", "іван", "петрович")),
        (Name(full="Роман Вас. Ів."), ("роман", "вас", "ів")),
        (Name(full="«Ткач» Іван Петрович"), ("ткач", "іван", "петрович")),
        (Name(full="Юн Іван Петрович"), ("юн", "іван", "петрович")),
        (Name(full="Ю Іван Петрович"), ("ю", "іван", "петрович")),
    ],
)
def test_the_parts_of_a_name_are_told_apart(name: Name, meant: tuple[str, str, str]) -> None:
    assert first_reading(name) == meant


def test_both_orders_are_kept_where_neither_is_sure() -> None:
    readings = {spelling.surnames[0].folded for spelling in a_profile("Роман Тарас").spellings}
    assert readings == {"роман", "тарас"}


@pytest.mark.parametrize(
    ("one", "other"),
    [("Іван", "Ян"), ("Марко", "Маркіян"), ("Магомед", "Мамед"), ("Олексій", "Олександр"), ("Георгій", "Юрій"),
     ("Аліна", "Олена"), ("Віктор", "Вікторія"), ("Євген", "Євгенія"),
     ("Марія", "Марина"), ("Іван", "Іванна"), ("Олег", "Олеся"), ("Данило", "Денис"), ("Вадим", "Владислав")],
)  # fmt: skip
def test_two_given_names_are_two_classes(one: str, other: str) -> None:
    assert given_class(word(one)).classes.isdisjoint(given_class(word(other)).classes)


@pytest.mark.parametrize("short", ["Саша", "Слава", "Женя", "Валя", "Шура", "Леся"])
def test_a_short_form_may_stand_for_several_names(short: str) -> None:
    assert len(given_class(word(short)).classes) >= 2


@pytest.mark.parametrize(
    ("patronymics", "father"),
    [
        (
            "Миколайович Николаевич Миколаївна Николаевна Mykolaiovych Nikolaevich Nikolajewitsch Мікалаевіч",
            "Микола",
        ),
        ("Ілліч Ильич Іллівна Ильинична", "Ілля"),
        ("Якович Яковлевич Яківна Яковлевна", "Яків"),
        ("Львович Львівна Львовна Lvovych", "Лев"),
        ("Юрійович Юрьевич Юріївна Юрьевна Yuriiovych Yurievich", "Юрій"),
        ("Дмитрович Дмитриевич Дмитрівна Дмитриевна", "Дмитро"),
        ("Васильович Васильевич Василівна Васильевна", "Василь"),
        ("Хомич Фомич", "Хома"),
        ("Павлович Павлівна Паўлавіч", "Павло"),
    ],
)
def test_patronymics_of_all_languages_lead_to_one_father(patronymics: str, father: str) -> None:
    for written in patronymics.split():
        assert father in father_class(word(written)).classes, written


def test_the_sex_is_seen_in_the_patronymic_and_in_the_given_name() -> None:
    assert a_profile("Ткач Саша Петрович").sex == "m"
    assert a_profile("Ткач Саша Петрівна").sex == "f"
    assert a_profile("Ткач Оксана").sex == "f"
    assert a_profile("Ткач Саша").sex == ""
    assert a_profile("Ткач Оксана |  | m").sex == "m"


def test_of_two_words_like_patronymics_the_one_whose_father_has_a_name_is_the_patronymic() -> None:
    (spelling,) = a_profile("Yriy Viktorovich Angelovich").spellings
    assert [word.written for word in spelling.surnames] == ["Angelovich"]
    assert spelling.patronymic is not None
    assert spelling.patronymic.written == "Viktorovich"


def test_a_name_with_a_letter_is_a_broad_key_and_two_whole_facts_are_not() -> None:
    keys = stored_keys(a_profile("Ткач Іван Петрович | 12.03.1987"))
    broad = {key for key in keys if is_broad(key)}
    assert {key.split(":")[0] for key in broad} == {"si", "gf"}
    assert len(keys - broad) >= 5


MAN = "Ткач Остап Левкович"
OTHER_SURNAME = "Гнатюк Остап Левкович"


@pytest.mark.parametrize(
    ("wanted", "found", "do_meet"),
    [
        ("", "", True),
        ("", "1987", True),
        ("1987", "", True),
        ("12.03.1987", "24.07.1987", True),
        ("12.03.1987", "1950-1990", True),  # so wide a range is no date
        ("12.03.1987", "24.07.1988", False),
    ],
)
def test_given_name_and_patronymic_meet_unless_the_years_contradict(
    wanted: str, found: str, do_meet: bool
) -> None:
    assert meet(a_profile(f"{MAN} | {wanted}"), a_profile(f"{OTHER_SURNAME} | {found}")) is do_meet
    assert meet(a_profile(f"{OTHER_SURNAME} | {found}"), a_profile(f"{MAN} | {wanted}")) is do_meet


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("Ткач | 1987", "Ткач Іван Петрович", "a surname alone must ask for everybody of that surname"),
        ("Ткач Н.", "Ткач Микола", "Н. for Николай"),
        ("Шевченко Іван | 12.03.1987", "Мельник Іван | 12.03.1987", "a given name and the date"),
        ("Бондаренко Йван | 12.03.1987", "Барданенко Олег | 12.03.1987", "the first letter and the date"),
        ("Шевченко Ганна Іллівна | 12.03.1987", "Ткач Ганна Іллівна | 1987", "a changed surname"),
        ("Ткач Остапп", "Ткач", "no given name on one side, and no date"),
        ("Гримйак Остап Левкович", "Гурмяак Остап Левкович", "two slips, and no date"),
        ("Шевченко Іван | 12.03.1987", "Ткач Іван | 03.12.1987", "day and month swapped"),
        ("Шевченко | 1987", "Шевченко | 1988", "a year off"),
        ("Кім Іван", "Ким Иван", "short surname"),
        ("Зуб Іван", "Зоб Іван", "a slip in a short surname"),
        (
            "Олександр Миколайович | 12.03.1987",
            "Ткач Олександр Миколайович | 12.03.1987",
            "no surname on one side",
        ),
    ],
)
def test_they_meet_from_both_sides(one: str, other: str, why: str) -> None:
    assert meet(a_profile(one), a_profile(other)), why
    assert meet(a_profile(other), a_profile(one)), why


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("Ткач Іван Петрович | 1987", "Мельник Степан Ілліч | 1961", "nothing agrees"),
        ("Ткач Іван | 12.03.1987", "Мельник Степан | 12.03.1987", "nothing but the date agrees"),
        ("Ткач Іван | 1987", "Ткач Степан | 1987", "no father's name makes them brothers"),
    ],
)
def test_strangers_do_not_meet(one: str, other: str, why: str) -> None:
    assert not meet(a_profile(one), a_profile(other)), why
    assert not meet(a_profile(other), a_profile(one)), why


def test_few_keys_are_stored_and_many_are_asked() -> None:
    person = a_profile("Шевченко Олександр Миколайович | 12.03.1987")
    assert len(stored_keys(person)) <= 13
    assert len(query_keys(person)) > 100


@pytest.mark.parametrize("near", ["taC", "tkaCi", "kaC", "tkaT", "ktaC", "tukaC"])
def test_one_slip_is_one_letter_and_is_mutual(near: str) -> None:
    assert near in one_slip_around("tkaC")
    assert "tkaC" in one_slip_around(near)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Таланов", "Талано"),
        ("Таланов", "Таланоі"),
        ("Жадан", "Жадаи"),
        ("Kovpak", "Ковпа"),
        ("Гайдамака", "Гайдамаа"),
        ("Сорока", "Сороа"),
    ],
)
def test_a_slip_in_an_ending_that_is_cut_is_met_from_both_sides(one: str, other: str) -> None:
    assert not ends_around(word(one)).isdisjoint(word(other).loose)
    assert not ends_around(word(other)).isdisjoint(word(one).loose)


@pytest.mark.parametrize(
    ("surname", "written"),
    [
        ("Пшеніцин", "Pshenitcyn"),
        ("Подъячев", "Podieiachev"),
        ("Хмельовський", "Khmelёvskiy"),
        ("Щербак", "Ŝerbak"),
        ("Щербак", "Scerbak"),
        ("Кальченко", "Kaljchenko"),
        ("Дяченко", "Djačenko"),
        ("Худяк", "Xudjak"),
        ("Лихацький", "Lyxac'kyj"),
        ("Журенко", "Jurenco"),
        ("Божко", "Bojco"),
        ("Касаткін", "Casatcin"),
        ("Кальченко", "Kalcenko"),
        ("Алёхин", "Alokhin"),
        ("Шевчук", "Sheuchuk"),
        ("Руденко", "Rudzenka"),
        ("Крuвенко", "Кривенко"),
    ],
)
def test_a_clerk_s_spelling_is_the_same_surname(surname: str, written: str) -> None:
    assert not set(word(surname).loose).isdisjoint(word(written).loose)


def test_the_surname_table_was_made_for_these_spelling_rules() -> None:
    examples = surname_examples()
    assert len(examples) > 10_000
    wrong = [example for loose, example in examples.items() if word(example).loose[0] != loose]
    assert wrong == []


def test_every_frequency_belongs_to_a_listed_given_name() -> None:
    listed = {name.name for name in given_names()}
    assert set(frequencies("given")) <= listed
    assert set(frequencies("patronymic")) <= listed
    assert set(irregular_patronymics().values()) <= listed


def test_no_class_of_given_names_is_listed_twice() -> None:
    names = [name.name for name in given_names()]
    assert len(names) == len(set(names))
    assert len(names) > 1_000


def test_the_commonest_names_are_common_and_none_is_certain() -> None:
    assert frequencies("given")["Олександр"] > 30_000
    for part in ("surname", "given", "patronymic"):
        assert all(0 < share < 150_000 for share in frequencies(part).values())


def test_a_profile_of_another_format_is_refused() -> None:
    with pytest.raises(ValueError, match="format"):
        Profile.from_bytes(b"[99]")


WITHOUT_RANK = (
    '[2,"2026.11-3/2026.11-1",[["","","","Нечуй-Левицький Остап Орестович"]],[1987,3,null,null],"m","Суми","А1234",'
    '[["Нечуй-Левицький","Остап","Орестович",0]]]'
)
WITHOUT_HEAD = (
    '[3,"2026.11-4/2026.11-2",[["","","","Нечуй-Левицький Остап Орестович"]],[1987,3,null,null],"m","Суми","А1234",'
    '"",[["Нечуй-Левицький","Остап","Орестович",0]]]'
)
_HEAD_WITHOUT_BITS = "\x04" + "\0" * 4 + "\x01" + "\0" * (40 + 56)  # of one spelling
WITHOUT_BITS = (
    _HEAD_WITHOUT_BITS
    + '[[["","","","Нечуй-Левицький Остап Орестович"]],[1987,3,null,null],"m","Суми","А1234","",'
    '[["Нечуй-Левицький","Остап","Орестович",0]]]'
)
OLD = '[1,[["","","","Нечуй-Левицький Остап Орестович"]],"1987-03","m","Суми","А1234"]'


@pytest.mark.parametrize("stored", [OLD, WITHOUT_RANK, WITHOUT_HEAD, WITHOUT_BITS])
def test_a_profile_of_an_older_format_is_still_read(stored: str) -> None:
    facts = Person((Name(full="Нечуй-Левицький Остап Орестович"),), BirthDate(1987, 3), "m", "Суми", "А1234")
    assert Profile.from_bytes(stored.encode()) == profile(facts)


def test_a_profile_ordered_by_another_version_is_put_in_order_again() -> None:
    now = profile(Person((Name(full="Ткачук Остап Орестович"),)))
    wrong = now.to_bytes().replace('"Ткачук","Остап"'.encode(), '"Остап","Ткачук"'.encode())
    assert Profile.from_bytes(wrong).spellings != now.spellings
    older = wrong[:1] + b"\x00" * 4 + wrong[5:]
    assert Profile.from_bytes(older).spellings == now.spellings
