"""What is said of a column: why it was taken for what it is, and how many of its cells look so."""

from matching.engine.saying import Sentences

# Why a column was taken for what it is.
COLUMN_REASONS: Sentences = {
    "heading": {
        "uk": "за заголовком «{heading}»",
        "en": "by its heading “{heading}”",
        "ru": "по заголовку «{heading}»",
    },
    "content": {
        "uk": "за вмістом: так виглядають його клітинки",
        "en": "by its content: its cells look so",
        "ru": "по содержимому: так выглядят его ячейки",
    },
    "spread": {
        "uk": "заголовок повного імені стоїть над цим і сусідніми стовпцями",
        "en": "the heading of the whole name spans this column and its neighbours",
        "ru": "заголовок полного имени стоит над этим и соседними столбцами",
    },
    "message": {
        "uk": "текст повідомлення: у кожному рядку одна людина",
        "en": "the text of a message: one person a line",
        "ru": "текст сообщения: в каждой строке один человек",
    },
    "told": {
        "uk": "так вказав працівник",
        "en": "as a caseworker said",
        "ru": "так указал сотрудник",
    },
    "about_another": {
        "uk": "не використовується: стовпець про іншу людину (заявника, родича, контакт)",
        "en": "not used: the column is about somebody else (an applicant, a relative, a contact)",
        "ru": "не используется: столбец о другом человеке (заявителе, родственнике, контакте)",
    },
    "other_date": {
        "uk": "не використовується: це не дата народження",
        "en": "not used: this is not the date of birth",
        "ru": "не используется: это не дата рождения",
    },
    "some_date": {
        "uk": "не використовується: не сказано, яка це дата, і на дати народження вона не схожа",
        "en": "not used: it does not say which date this is, and they do not look like dates of birth",
        "ru": "не используется: не сказано, какая это дата, и на даты рождения она не похожа",
    },
    "other_place": {
        "uk": "не використовується: це не місце народження чи проживання",
        "en": "not used: this is not a place of birth or residence",
        "ru": "не используется: это не место рождения или проживания",
    },
    "age": {
        "uk": "за заголовком «{heading}»; рік народження обчислюється лише тоді, коли відома дата списку",
        "en": "by its heading “{heading}”; years of birth follow from it only when the date of the list is known",
        "ru": "по заголовку «{heading}»; год рождения вычисляется только тогда, когда известна дата списка",
    },
    "second_date": {
        "uk": "не використовується: дату народження взято з іншого стовпця",
        "en": "not used: the date of birth is taken from another column",
        "ru": "не используется: дата рождения взята из другого столбца",
    },
    "unknown": {
        "uk": "не використовується: заголовок не розпізнано; вміст збережено",
        "en": "not used: the heading was not recognised; the content is kept",
        "ru": "не используется: заголовок не распознан; содержимое сохранено",
    },
}

# How many of the filled cells among the first rows look as the field says.
COLUMN_SHARES: Sentences = {
    "birth_date": {
        "uk": "{share} % клітинок є датами",
        "en": "{share} % of the cells are dates",
        "ru": "{share} % ячеек являются датами",
    },
    "full_name": {
        "uk": "{share} % клітинок схожі на імена",
        "en": "{share} % of the cells look like names",
        "ru": "{share} % ячеек похожи на имена",
    },
}
