"""How the names on the pair page are read aloud: by the rules of the language that each is written in."""

import pytest

from matching.admin.spellings import in_latin


@pytest.mark.parametrize(
    ("written", "language", "read"),
    [
        ("Вересняк Олександр Миколайович", "uk", "Veresniak Oleksandr Mykolaiovych"),
        ("Вересняк Александр Николаевич", "ru", "Veresniak Aleksandr Nikolaevich"),
        ("Вересняк Александр", "ru", "Veresniak Aleksandr"),
        ("Григоренко Сергей Игоревич", "ru", "Grigorenko Sergei Igorevich"),
        ("Григоренко Сергій Ігорович", "uk", "Hryhorenko Serhii Ihorovych"),
        ("Соловьёв Юрий Юльевич", "ru", "Solovev Iurii Iulevich"),
        ("Єгоров Юрій Яремович", "uk", "Yehorov Yurii Yaremovych"),
        ("Згурський Зеновій", "uk", "Zghurskyi Zenovii"),
        ("Розгон Їжакевич", "uk", "Rozghon Yizhakevych"),
        ("Рыжкова Анна Олеговна", "ru", "Ryzhkova Anna Olegovna"),
        ("Кравченко Иван", "ru", "Kravchenko Ivan"),
        ("Кравченко", "uk", "Kravchenko"),
        ("Крамаренко Знам'янський", "uk", "Kramarenko Znamianskyi"),
    ],
)
def test_a_name_is_read_by_the_rules_of_its_own_language(written, language, read):
    assert in_latin(written) == (read, language)


@pytest.mark.parametrize("written", ["Veresniak Oleksandr", "", "-"])
def test_what_is_latin_already_is_not_said_twice(written):
    assert in_latin(written).text == ""
