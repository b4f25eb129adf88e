"""What is said of names: the sentence of each level of a surname, a given name and a patronymic."""

from matching.engine.saying import Sentences

NAMES: Sentences = {
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
    "full_name.namesakes": {
        "uk": "скільки людей у країні може носити це ім’я, наскільки воно відоме з обох боків: приблизно {bearers}",
        "en": "people in the country who may bear this name, as far as both sides give it: about {bearers}",
        "ru": "сколько людей в стране может носить это имя, насколько оно указано с обеих сторон: примерно {bearers}",
    },
}
