"""What a caseworker reads: one table from code to a sentence in Ukrainian, English and Russian."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("uk", "en", "ru")
Table = Mapping[str, Mapping[str, str]]


def say(table: Table, code: str, language: str, **params: str) -> str:
    """The sentence for `code` with its parameters filled in. Unknown languages get English; an unknown code
    is a KeyError, since silence before a decision would be worse. Parameters are never read as a format."""
    sentences = table[code]
    sentence = sentences.get(language, sentences["en"])
    for name, value in params.items():
        sentence = sentence.replace("{" + name + "}", value.replace("{", "(").replace("}", ")"))
    return sentence


EVIDENCE: Table = {
    "surname.same": {
        "uk": "{wanted} = {found}: те саме прізвище; за таблицями реєстрів його носить приблизно кожен {one_in}-й",
        "en": "{wanted} = {found}: the same surname, borne by about 1 in {one_in} in the register tables",
        "ru": "{wanted} = {found}: та же фамилия; по таблицам реестров её носит примерно каждый {one_in}-й",
    },
    "surname.same.in_reports": {
        "uk": "{wanted} = {found}: те саме прізвище; у наших зверненнях його носить приблизно кожен {one_in}-й",
        "en": "{wanted} = {found}: the same surname, borne by about 1 in {one_in} in our reports",
        "ru": "{wanted} = {found}: та же фамилия; в наших обращениях её носит примерно каждый {one_in}-й",
    },
    "surname.same_in_other_language": {
        "uk": "{wanted} = {found}: те саме прізвище, інше написання; "
        "за таблицями реєстрів його носить приблизно кожен {one_in}-й",
        "en": "{wanted} = {found}: the same surname in another spelling, "
        "borne by about 1 in {one_in} in the register tables",
        "ru": "{wanted} = {found}: та же фамилия в другом написании; "
        "по таблицам реестров её носит примерно каждый {one_in}-й",
    },
    "surname.same_in_other_language.in_reports": {
        "uk": "{wanted} = {found}: те саме прізвище, інше написання; "
        "у наших зверненнях його носить приблизно кожен {one_in}-й",
        "en": "{wanted} = {found}: the same surname in another spelling, "
        "borne by about 1 in {one_in} in our reports",
        "ru": "{wanted} = {found}: та же фамилия в другом написании; "
        "в наших обращениях её носит примерно каждый {one_in}-й",
    },
    "surname.same.unlisted": {
        "uk": "{wanted} = {found}: те саме прізвище; у таблицях реєстрів його немає, "
        "тож вважаємо його рідкісним: приблизно 1 на {one_in}",
        "en": "{wanted} = {found}: the same surname; no register table lists it, "
        "so it is taken for a rare one: about 1 in {one_in}",
        "ru": "{wanted} = {found}: та же фамилия; в таблицах реестров её нет, "
        "поэтому считаем её редкой: примерно 1 на {one_in}",
    },
    "surname.same_in_other_language.unlisted": {
        "uk": "{wanted} = {found}: те саме прізвище, інше написання; у таблицях реєстрів його немає, "
        "тож вважаємо його рідкісним: приблизно 1 на {one_in}",
        "en": "{wanted} = {found}: the same surname in another spelling; no register table lists it, "
        "so it is taken for a rare one: about 1 in {one_in}",
        "ru": "{wanted} = {found}: та же фамилия в другом написании; в таблицах реестров её нет, "
        "поэтому считаем её редкой: примерно 1 на {one_in}",
    },
    "surname.one_of_two": {
        "uk": "{wanted} ~ {found}: збігається одне з двох прізвищ",
        "en": "{wanted} ~ {found}: one of two surnames agrees",
        "ru": "{wanted} ~ {found}: совпадает одна из двух фамилий",
    },
    "surname.others_differ": {
        "uk": "{wanted} ~ {found}: одне прізвище збігається, друге ні",
        "en": "{wanted} ~ {found}: one surname agrees, the other does not",
        "ru": "{wanted} ~ {found}: одна фамилия совпадает, другая нет",
    },
    "surname.alike": {
        "uk": "{wanted} ~ {found}: прізвища відрізняються однією літерою",
        "en": "{wanted} ~ {found}: the surnames differ by one letter",
        "ru": "{wanted} ~ {found}: фамилии отличаются одной буквой",
    },
    "surname.somewhat_alike": {
        "uk": "{wanted} ~ {found}: прізвища схожі, але не однакові",
        "en": "{wanted} ~ {found}: the surnames are alike but not the same",
        "ru": "{wanted} ~ {found}: фамилии похожи, но не одинаковы",
    },
    "surname.hardly_alike": {
        "uk": "{wanted} і {found}: прізвища лише трохи схожі за звучанням",
        "en": "{wanted} and {found}: the surnames only sound a little alike",
        "ru": "{wanted} и {found}: фамилии лишь немного созвучны",
    },
    "surname.differs": {
        "uk": "{wanted} ≠ {found}: різні прізвища",
        "en": "{wanted} ≠ {found}: different surnames",
        "ru": "{wanted} ≠ {found}: разные фамилии",
    },
    "given.same": {
        "uk": "{wanted} = {found}: те саме ім’я",
        "en": "{wanted} = {found}: the same given name",
        "ru": "{wanted} = {found}: то же имя",
    },
    "given.same_in_other_language": {
        "uk": "{wanted} = {found}: те саме ім’я іншою мовою чи в іншому написанні",
        "en": "{wanted} = {found}: the same given name in another language or spelling",
        "ru": "{wanted} = {found}: то же имя на другом языке или в другом написании",
    },
    "given.short_form": {
        "uk": "{wanted} = {found}: скорочена або пестлива форма того самого імені",
        "en": "{wanted} = {found}: a short form of the same given name",
        "ru": "{wanted} = {found}: краткая или ласковая форма того же имени",
    },
    "given.one_of_two": {
        "uk": "{wanted} = {found}: одне з двох імен, записаних через дефіс",
        "en": "{wanted} = {found}: one of two given names that are hyphenated",
        "ru": "{wanted} = {found}: одно из двух имён, записанных через дефис",
    },
    "given.alike": {
        "uk": "{wanted} ~ {found}: імена відрізняються однією літерою",
        "en": "{wanted} ~ {found}: the given names differ by one letter",
        "ru": "{wanted} ~ {found}: имена отличаются одной буквой",
    },
    "given.related": {
        "uk": "{wanted} ~ {found}: два імені, які часом записують одне замість одного",
        "en": "{wanted} ~ {found}: two given names of which one is sometimes written for the other",
        "ru": "{wanted} ~ {found}: два имени, которые иногда записывают одно вместо другого",
    },
    "given.somewhat_alike": {
        "uk": "{wanted} ~ {found}: одне з імен невідоме; можливо, це спотворене інше",
        "en": "{wanted} ~ {found}: one of them is no known name; it may be the other, misspelt",
        "ru": "{wanted} ~ {found}: одно из имён неизвестно; возможно, это искажённое другое",
    },
    "given.cut_short": {
        "uk": "{wanted} і {found}: скорочення підходить до імені",
        "en": "{wanted} and {found}: the abbreviation fits the given name",
        "ru": "{wanted} и {found}: сокращение подходит к имени",
    },
    "given.cut_short_differs": {
        "uk": "{wanted} і {found}: скорочення не підходить до імені",
        "en": "{wanted} and {found}: the abbreviation does not fit the given name",
        "ru": "{wanted} и {found}: сокращение не подходит к имени",
    },
    "given.initial": {
        "uk": "{wanted} і {found}: ініціал підходить до імені",
        "en": "{wanted} and {found}: the initial fits the given name",
        "ru": "{wanted} и {found}: инициал подходит к имени",
    },
    "given.initial_differs": {
        "uk": "{wanted} і {found}: ініціал не підходить до імені",
        "en": "{wanted} and {found}: the initial does not fit the given name",
        "ru": "{wanted} и {found}: инициал не подходит к имени",
    },
    "given.differs": {
        "uk": "{wanted} ≠ {found}: різні імена",
        "en": "{wanted} ≠ {found}: different given names",
        "ru": "{wanted} ≠ {found}: разные имена",
    },
    "patronymic.same": {
        "uk": "{wanted} = {found}: те саме по батькові",
        "en": "{wanted} = {found}: the same patronymic",
        "ru": "{wanted} = {found}: то же отчество",
    },
    "patronymic.same_in_other_language": {
        "uk": "{wanted} = {found}: те саме ім’я батька",
        "en": "{wanted} = {found}: the same father's name",
        "ru": "{wanted} = {found}: то же имя отца",
    },
    "patronymic.alike": {
        "uk": "{wanted} ~ {found}: по батькові відрізняються однією літерою",
        "en": "{wanted} ~ {found}: the patronymics differ by one letter",
        "ru": "{wanted} ~ {found}: отчества отличаются одной буквой",
    },
    "patronymic.related": {
        "uk": "{wanted} ~ {found}: імена батьків, які часом записують одне замість одного",
        "en": "{wanted} ~ {found}: fathers' names of which one is sometimes written for the other",
        "ru": "{wanted} ~ {found}: имена отцов, которые иногда записывают одно вместо другого",
    },
    "patronymic.somewhat_alike": {
        "uk": "{wanted} ~ {found}: одне з по батькові невідоме; можливо, це спотворене інше",
        "en": "{wanted} ~ {found}: one of them is no known patronymic; it may be the other, misspelt",
        "ru": "{wanted} ~ {found}: одно из отчеств неизвестно; возможно, это искажённое другое",
    },
    "patronymic.cut_short": {
        "uk": "{wanted} і {found}: скорочення підходить до по батькові",
        "en": "{wanted} and {found}: the abbreviation fits the patronymic",
        "ru": "{wanted} и {found}: сокращение подходит к отчеству",
    },
    "patronymic.cut_short_differs": {
        "uk": "{wanted} і {found}: скорочення не підходить до по батькові",
        "en": "{wanted} and {found}: the abbreviation does not fit the patronymic",
        "ru": "{wanted} и {found}: сокращение не подходит к отчеству",
    },
    "patronymic.initial": {
        "uk": "{wanted} і {found}: ініціал підходить до по батькові",
        "en": "{wanted} and {found}: the initial fits the patronymic",
        "ru": "{wanted} и {found}: инициал подходит к отчеству",
    },
    "patronymic.initial_differs": {
        "uk": "{wanted} і {found}: ініціал не підходить до по батькові",
        "en": "{wanted} and {found}: the initial does not fit the patronymic",
        "ru": "{wanted} и {found}: инициал не подходит к отчеству",
    },
    "patronymic.sex_differs": {
        "uk": "{wanted} і {found}: той самий батько, але син і донька",
        "en": "{wanted} and {found}: the same father's name, but of a son and of a daughter",
        "ru": "{wanted} и {found}: тот же отец, но сын и дочь",
    },
    "patronymic.differs": {
        "uk": "{wanted} ≠ {found}: різні імена батька",
        "en": "{wanted} ≠ {found}: different fathers' names",
        "ru": "{wanted} ≠ {found}: разные имена отца",
    },
    "birth_date.same": {
        "uk": "{wanted}: та сама дата народження",
        "en": "{wanted}: the same birth date",
        "ru": "{wanted}: та же дата рождения",
    },
    "birth_date.day_month_swapped": {
        "uk": "{wanted} і {found}: день і місяць переставлено",
        "en": "{wanted} and {found}: day and month are swapped",
        "ru": "{wanted} и {found}: день и месяц переставлены",
    },
    "birth_date.one_digit": {
        "uk": "{wanted} і {found}: між датами народження одна описка: в цифрі, у порядку цифр чи на одиницю",
        "en": "{wanted} and {found}: the birth dates are a slip apart: a digit, the order of two, or one more or less",
        "ru": "{wanted} и {found}: между датами рождения одна описка: в одной цифре, в порядке цифр или на единицу",
    },
    "birth_date.one_part_differs": {
        "uk": "{wanted} і {found}: у датах народження збігаються дві частини з трьох",
        "en": "{wanted} and {found}: two of the three parts of the birth dates agree",
        "ru": "{wanted} и {found}: в датах рождения совпадают две части из трёх",
    },
    "birth_date.year_month_same": {
        "uk": "{wanted} і {found}: збігаються рік і місяць народження",
        "en": "{wanted} and {found}: year and month of birth agree",
        "ru": "{wanted} и {found}: совпадают год и месяц рождения",
    },
    "birth_date.day_month_same": {
        "uk": "{wanted} і {found}: збігаються день і місяць народження, рік невідомий",
        "en": "{wanted} and {found}: day and month of birth agree, the year is unknown",
        "ru": "{wanted} и {found}: совпадают день и месяц рождения, год неизвестен",
    },
    "birth_date.year_same": {
        "uk": "{wanted} і {found}: збігається рік народження",
        "en": "{wanted} and {found}: the year of birth agrees",
        "ru": "{wanted} и {found}: совпадает год рождения",
    },
    "birth_date.range_fits": {
        "uk": "{wanted} і {found}: рік народження в зазначених межах",
        "en": "{wanted} and {found}: the year of birth lies within the range given",
        "ru": "{wanted} и {found}: год рождения в указанных пределах",
    },
    "birth_date.year_near": {
        "uk": "{wanted} і {found}: роки народження поруч",
        "en": "{wanted} and {found}: the years of birth are next to each other",
        "ru": "{wanted} и {found}: годы рождения рядом",
    },
    "birth_date.only_year_same": {
        "uk": "{wanted} і {found}: рік той самий, але день і місяць інші",
        "en": "{wanted} and {found}: the same year, but another day and month",
        "ru": "{wanted} и {found}: год тот же, но день и месяц другие",
    },
    "birth_date.differs": {
        "uk": "{wanted} ≠ {found}: різні дати народження",
        "en": "{wanted} ≠ {found}: different birth dates",
        "ru": "{wanted} ≠ {found}: разные даты рождения",
    },
    "sex.same": {"uk": "стать та сама", "en": "the same sex", "ru": "пол тот же"},
    "sex.differs": {
        "uk": "різна стать: чоловік і жінка",
        "en": "a man and a woman",
        "ru": "разный пол: мужчина и женщина",
    },
    "sex.same.inferred": {
        "uk": "стать та сама, як видно з імені чи по батькові; прямо її вказано не всюди",
        "en": "the same sex, going by the names; it is not told on both sides",
        "ru": "пол тот же, судя по имени или отчеству; прямо он указан не везде",
    },
    "sex.differs.inferred": {
        "uk": "чоловік і жінка, як видно з імені чи по батькові; прямо стать вказано не всюди",
        "en": "a man and a woman, going by the names; the sex is not told on both sides",
        "ru": "мужчина и женщина, судя по имени или отчеству; прямо пол указан не везде",
    },
    "place.same": {
        "uk": "{wanted} і {found}: те саме місце",
        "en": "{wanted} and {found}: the same place",
        "ru": "{wanted} и {found}: то же место",
    },
    "place.differs": {
        "uk": "{wanted} і {found}: різні місця; це мало що означає",
        "en": "{wanted} and {found}: different places; this says little",
        "ru": "{wanted} и {found}: разные места; это мало что значит",
    },
    "unit.same": {
        "uk": "{wanted} = {found}: та сама частина",
        "en": "{wanted} = {found}: the same unit",
        "ru": "{wanted} = {found}: та же часть",
    },
    "unit.differs": {
        "uk": "{wanted} і {found}: різні частини; людей переводять",
        "en": "{wanted} and {found}: different units; people are transferred",
        "ru": "{wanted} и {found}: разные части; людей переводят",
    },
    "not_given": {
        "uk": "не вказано; це нічого не означає",
        "en": "not given; this says nothing",
        "ru": "не указано; это ничего не значит",
    },
    "rank.same": {
        "uk": "{wanted} = {found}: те саме військове звання; таке має багато хто",
        "en": "{wanted} = {found}: the same military rank; many hold it",
        "ru": "{wanted} = {found}: то же воинское звание; такое у многих",
    },
    "rank.same_senior": {
        "uk": "{wanted} = {found}: те саме військове звання; таке має мало хто",
        "en": "{wanted} = {found}: the same military rank; few hold it",
        "ru": "{wanted} = {found}: то же воинское звание; такое у немногих",
    },
    "rank.near": {
        "uk": "{wanted} і {found}: сусідні звання; його могли підвищити",
        "en": "{wanted} and {found}: neighbouring ranks; he may have been promoted",
        "ru": "{wanted} и {found}: соседние звания; его могли повысить",
    },
    "rank.apart": {
        "uk": "{wanted} і {found}: звання відрізняються на кілька ступенів",
        "en": "{wanted} and {found}: the ranks are several steps apart",
        "ru": "{wanted} и {found}: звания отличаются на несколько ступеней",
    },
    "rank.differs": {
        "uk": "{wanted} і {found}: далекі одне від одного звання",
        "en": "{wanted} and {found}: the ranks are far apart",
        "ru": "{wanted} и {found}: звания далеки друг от друга",
    },
    "full_name.namesakes": {
        "uk": "скільки людей у країні може носити це ім’я, наскільки воно відоме з обох боків: приблизно {bearers}",
        "en": "people in the country who may bear this name, as far as both sides give it: about {bearers}",
        "ru": "сколько людей в стране может носить это имя, насколько оно указано с обеих сторон: примерно {bearers}",
    },
}

CAPS: Table = {
    "brother_suspect": {
        "uk": "Можливо, брат: те саме прізвище і по батькові, але інше ім’я.",
        "en": "May be a brother: same surname and patronymic, another given name.",
        "ru": "Возможно, брат: те же фамилия и отчество, но другое имя.",
    },
    "sister_suspect": {
        "uk": "Можливо, брат і сестра: той самий батько, але різна стать.",
        "en": "May be brother and sister: the same father, but a man and a woman.",
        "ru": "Возможно, брат и сестра: тот же отец, но разный пол.",
    },
    "father_or_son_suspect": {
        "uk": "Можливо, батько або син: ім’я одного є по батькові іншого.",
        "en": "May be father or son: the given name of one is the patronymic of the other.",
        "ru": "Возможно, отец или сын: имя одного есть отчество другого.",
    },
    "another_surname": {
        "uk": "Прізвище інше, решта збігається: можливо, прізвище змінено, можливо, це інша людина.",
        "en": "Another surname, the rest agrees: the surname may have been changed, or it is somebody else.",
        "ru": "Фамилия другая, остальное совпадает: возможно, фамилию сменили, возможно, это другой человек.",
    },
    "birth_date_conflict": {
        "uk": "Дати народження суперечать одна одній.",
        "en": "The birth dates contradict each other.",
        "ru": "Даты рождения противоречат друг другу.",
    },
    "name_conflict": {
        "uk": "Частина імені суперечить: прізвище, ім’я або по батькові інше.",
        "en": "A part of the name contradicts: another surname, given name or patronymic.",
        "ru": "Часть имени противоречит: другая фамилия, имя или отчество.",
    },
    "sex_conflict": {
        "uk": "Різна стать.",
        "en": "One is a man, the other a woman.",
        "ru": "Разный пол.",
    },
    "common_name_only": {
        "uk": "Те, що збігається в імені, має багато людей: потрібна дата народження, яка теж збігається.",
        "en": "Many people bear what agrees of the name: a birth date that agrees too is needed.",
        "ru": "То, что совпадает в имени, есть у многих: нужна дата рождения, которая тоже совпадает.",
    },
    "initials_only": {
        "uk": "Замість імені вказано лише ініціали.",
        "en": "Only initials are given instead of the given name.",
        "ru": "Вместо имени указаны только инициалы.",
    },
    "surname_missing": {
        "uk": "З одного боку немає прізвища або імені.",
        "en": "One side has no surname or no given name.",
        "ru": "С одной стороны нет фамилии или имени.",
    },
    "too_little_agrees": {
        "uk": "Збігається замало: потрібні ще по батькові або дата народження, що збігаються.",
        "en": "Too little agrees: a patronymic or a birth date that agrees too is needed.",
        "ru": "Совпадает слишком мало: нужны ещё отчество или дата рождения, которые совпадают.",
    },
    "no_full_agreement": {
        "uk": "Не все, що потрібно для певності, збігається: прізвище, ім’я і дата народження.",
        "en": "Not everything that certainty needs agrees: surname, given name and birth date.",
        "ru": "Не всё, что нужно для уверенности, совпадает: фамилия, имя и дата рождения.",
    },
}
