"""What a caseworker reads of a pair: a sentence for each level of evidence (of names: `name_words`) and each cap."""

from matching.engine.name_words import NAMES
from matching.engine.saying import Sentences

EVIDENCE: Sentences = {
    **NAMES,
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
}

CAPS: Sentences = {
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
