"""Every weight and threshold of the engine, each with the case that set it.

Points are natural logarithms: how many times likelier the pair is one person than two strangers. Raise
ENGINE_VERSION with any change here or in the spelling rules: every match keeps it.
"""

from __future__ import annotations

from math import log

ENGINE_VERSION = "2026.11-19"

# What a level is worth. Agreement of names is weighed by rarity (`rarity` below) and is not in this table.
POINTS: dict[str, dict[str, float]] = {
    "surname": {
        # Шевченко / Шевчнко: one slip, and nobody is called so: 5.5 by the tables alone, 8 where a million reports know
        # nobody else so called; Марченко / Харченко .2 (`slip`). Held to 5.2, .15 was said where .5 were right.
        "alike": 8.0,
        "alike_short": 4.0,  # Коваль / Ковал is one, Бойко / Зойко is another man
        "alike_unasked": 2.6,  # Лі / Лу, Веткін / Веткіе: no key finds such a slip, only what agrees besides
        "somewhat_alike": 2.0,  # Кравченко / Кравчук is no agreement worth a match of its own
        "hardly_alike": -1.5,  # Шевченко / Шевчук: neighbours in every register
        "differs": -5.4,  # Шевченко / Мельник
    },
    "given": {
        "alike": 3.0,  # Володимер for Володимир, and no table knows the misspelling; at most (`slip`)
        "initial": 1.8,  # О. for Олександр: one man in eight has it
        "cut_short": 2.4,  # Вас. for Василь, Олекс. for Олександр: one man in eleven has such a name
        "somewhat_alike": 0.5,  # Жвген / Євген: no name at all, and spoilt beyond one slip
        "initial_differs": -3.4,
        "differs": -5.0,  # Олександр / Олексій: the brother; one true pair in two hundred
    },
    "patronymic": {
        "alike": 2.6,  # Миколайвич; at most
        "initial": 1.6,
        "cut_short": 2.2,  # Мик. for Миколайович
        "somewhat_alike": 0.5,  # Валеійович / Валерійович
        "initial_differs": -3.2,
        "differs": -5.2,  # Миколайович / Михайлович: another father; hardly ever a slip (2,700 published pairs: 4)
        "sex_differs": -3.0,  # Миколайович / Миколаївна: the sister
    },
    "birth_date": {
        "same": 9.2,  # one in some 14,000 by chance
        "day_month_swapped": 6.1,  # 03.12.1987 / 12.03.1987
        "one_digit": 3.4,  # 12.03.1987 / 13.03.1987
        "one_part_differs": 1.2,  # 12.03.1987 / 12.03.1979: an officer's slip, or a namesake
        "year_month_same": 5.6,
        "day_month_same": 5.2,
        "year_same": 3.5,
        "range_fits": 2.0,  # "1985-1987" or an age
        "year_near": 0.0,  # 1987 / 1988: ages are counted in two ways
        "only_year_same": -2.8,  # 12.03.1987 / 24.07.1987
        "differs": -5.6,
    },
    "sex": {"same": 0.1, "differs": -4.0},
    # As if one stranger in eleven were of the same place (the capital's share), and one in seventy of the same unit.
    # But men are captured far from home and move between units. Of a million reports 2 in 100 more were found for
    # sure than with half of these points.
    "place": {"same": 2.4, "differs": -0.6},
    "unit": {"same": 4.2, "differs": -1.3},
    "rank": {
        "same": 0.8,  # every third is a private
        "same_senior": 2.0,  # from staff sergeant up there are few
        "near": 0.0,  # сержант / старший сержант: he was promoted, or a clerk was careless
        "apart": -0.6,  # солдат / старший сержант
        "differs": -1.6,  # солдат / полковник: weak, since families and lists both err
    },
    "full_name": {},
}

# Steps of the ladder of ranks (`tables/ranks.csv`): from which a rank is rare, and how far apart two may be.
SENIOR_STEP = 7
NEAR_STEPS, APART_STEPS = 2, 6

OTHER_SPELLING_COST = 0.05  # Коваль / Koval: the letters differ, the sounds do not
OTHER_LANGUAGE_COST = 0.2  # Білий / Белый: the loose form has more bearers than the exact one
# Петрович alone may be a patronymic whose bearer gave no surname: one in ten, against the share of the father's name.
PATRONYMIC_AS_SURNAME = 0.1
# Tsyboulskii Aleksandr Karp / Дутчак Александр Карп: which word is the surname is a guess, and may be the given name.
GIVEN_AS_SURNAME = 0.1
SHORT_FORM_COST = 0.5  # Саша may be Олександр, Олександра or Олексій
SLIP_COST = 0.4  # Олексадр agrees less with Олександр than Александр does, however few are called Олексадр
ONE_SLIP = 6e-4  # share of bearers of a surname who are written with one certain letter of it wrong
HALF_COST = 1.2  # Левицький for Нечуй-Левицький, or a former surname
OTHERS_DIFFER_COST = 3.0  # Коваль (Шевчук) / Коваль (Ткачук): rather two wives of one family than one woman
LEAST_RARITY, MOST_RARITY = 1.6, 11.0

# How many of the found whom nobody reported have a relative or a namesake among the reports, whatever its size. With
# none, one date against another said .31 where never one was right (3,000 reports), and a brother without dates .83.
# With .08, of 4,000 invented rows said to be .98 sure .97 were right, and the error was .022; with .12 it was .018, and
# 20,000 real names without any date, where namesakes are rarer, were told .06 too low. Rather that than too high.
OTHERS_REPORTED = 0.12

# Of reported men how many are reported a second time, and how many have somebody else reported who shares all that the
# two reports tell. Two relatives of one man, one of whom knew no birth date, were told .47 each; twice or half as many
# of either change nothing that is measured.
REPORTED_TWICE, NAMESAKES_REPORTED = 0.1, 0.02
MOST_POINTS = 60.0  # beyond this the exponential says nothing more

# Points for a brother born on the same day: one pair of brothers in fifty are twins, which is four times as many as the
# men whose given name a list has wrong. Without it a twin of another name, who was reported, was told .998.
TWIN = POINTS["birth_date"]["same"] + log(0.02)

# Cases: Кравченко/Кравчук .67, Петриченко/Петренко .80, Шевченко/Шевчук .63
SOMEWHAT_ALIKE, HARDLY_ALIKE = 0.74, 0.6
SPOILT_BUT_ALIKE = 0.6  # Оелксандр/Олександр .75, Вслодимир/Володимир .78, Феді/Федір .6; Іван/Степан .5
SHORTEST_ASKED = 3  # letters of the loose form below which no key asks for a slip
LONG_ENOUGH_TO_SLIP = 5  # letters of the loose form below which one slip makes another name

POPULATION = 40_000_000  # of whom a name's expected bearers are counted
# What the parts of a pair count towards "enough agrees" for the band above possible.
# Іваненко Тарас / Іванченко Тарас: two alike parts are not enough, a patronymic or a date must stand by. Магомед and
# Мамед with one year of birth may be brothers of one year: a full date must stand by.
ENOUGH_AGREEMENT = 2.0
AGREEMENT = {
    "same": 1.0,
    "same_in_other_language": 1.0,
    "short_form": 1.0,
    "one_of_two": 0.5,
    "alike": -0.5,
    "related": -1.0,
}
DATE_AGREEMENT = {
    "same": 2.0,
    "day_month_swapped": 1.5,
    "one_digit": 1.0,
    "year_month_same": 1.0,
    "year_same": 0.5,
}
COMMON_BEARERS = 40  # Ткач Назар Орестович is nearly alone; Шевченко Олександр Миколайович is not

# Bands, lowest first: (name, least probability, least points). A pair below the first is not stored.
THRESHOLDS: tuple[tuple[str, float, float], ...] = (
    ("possible", 0.01, 3.5),  # the brother (about 6 points) must be seen and named, a lone surname must not
    ("probable", 0.60, 9.0),  # surname and given name alone stay below
    ("certain", 0.97, 15.0),  # a full name and a full date
)
BANDS: tuple[str, ...] = tuple(name for name, _, _ in THRESHOLDS)
LEAST_POINTS = min(points for _, _, points in THRESHOLDS)  # below it a pair has no band, whatever its rivals
# A store of five reports still draws from a country: below this many the searched number is not believed.
LEAST_SEARCHED = 1_000

# Highest band that a cap leaves.
CAPS: dict[str, str] = {
    "brother_suspect": "possible",
    "sister_suspect": "possible",
    "father_or_son_suspect": "possible",
    "another_surname": "possible",
    "birth_date_conflict": "possible",
    "name_conflict": "possible",
    "sex_conflict": "possible",
    "common_name_only": "possible",
    "initials_only": "possible",
    "surname_missing": "possible",
    "too_little_agrees": "possible",
    "no_full_agreement": "probable",
}


def slip(level: float, share: float, other: float = 0.0) -> float:
    """Points of two words one letter apart, borne by a `share` and an `other` share (0-1) of people; at most `level`.

    Two names that many bear are two names: then a slip from one to the other is rarer than either.
    """
    rarer = min(share, other)
    as_names = log(ONE_SLIP / rarer) if rarer else level
    return max(POINTS["surname"]["hardly_alike"], min(level, as_names, rarity(max(share, other)) - SLIP_COST))


def rarity(share: float) -> float:
    """Points of an agreement that a `share` (0-1) of strangers would show too. That a name may be written wrongly takes
    nothing off: a stranger's is as often, so that as many agreements are missing among strangers as among true pairs.
    (With a tenth taken off for each part .15 was said where .24 were right; 10,000 invented rows, names counted.)"""
    return min(MOST_RARITY, max(LEAST_RARITY, -log(share)))
