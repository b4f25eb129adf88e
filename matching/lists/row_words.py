"""What is said of single rows, in three languages; {row}, {sheet}, {column} and {value} name the cell."""

from matching.engine.saying import Sentences

# What a caseworker should look at in a row that was read.
REMARKS: Sentences = {
    "day_or_month": {
        "uk": "Рядок {row}{sheet}, стовпець «{column}»: у «{value}» неясно, де день, а де місяць; "
        "прочитано як {read}.",
        "en": "Row {row}{sheet}, column “{column}”: in “{value}” it is unclear which is the day and which the "
        "month; read as {read}.",
        "ru": "Строка {row}{sheet}, столбец «{column}»: в «{value}» неясно, где день, а где месяц; "
        "прочитано как {read}.",
    },
    "two_digit_year": {
        "uk": "Рядок {row}{sheet}, стовпець «{column}»: у «{value}» рік записано двома цифрами; "
        "прочитано як {read}.",
        "en": "Row {row}{sheet}, column “{column}”: in “{value}” the year has two digits; read as {read}.",
        "ru": "Строка {row}{sheet}, столбец «{column}»: в «{value}» год записан двумя цифрами; "
        "прочитано как {read}.",
    },
    "from_age": {
        "uk": "Рядок {row}{sheet}, стовпець «{column}»: рік народження обчислено з віку «{value}»: {read}.",
        "en": "Row {row}{sheet}, column “{column}”: the year of birth was taken from the age “{value}”: {read}.",
        "ru": "Строка {row}{sheet}, столбец «{column}»: год рождения вычислен из возраста «{value}»: {read}.",
    },
    "age_unread": {
        "uk": "Рядок {row}{sheet}, стовпець «{column}»: вік «{value}» не прочитано, року народження з нього не взято.",
        "en": "Row {row}{sheet}, column “{column}”: the age “{value}” could not be read and gives no year of birth.",
        "ru": "Строка {row}{sheet}, столбец «{column}»: возраст «{value}» не прочитан, год рождения из него не взят.",
    },
    "unlikely_birth": {
        "uk": "Рядок {row}{sheet}, стовпець «{column}»: за датою «{value}» це дитина або людина, старша за 90 років. "
        "Чи той це стовпець?",
        "en": "Row {row}{sheet}, column “{column}”: born “{value}”, this is a child or somebody over 90. Is it the "
        "right column?",
        "ru": "Строка {row}{sheet}, столбец «{column}»: по дате «{value}» это ребёнок или человек старше 90 лет. "
        "Тот ли это столбец?",
    },
    "misread": {
        "uk": "Рядок {row}{sheet}, стовпець «{column}»: у «{value}» цифра стоїть замість літери, як після сканування; "
        "її прочитано як літеру.",
        "en": "Row {row}{sheet}, column “{column}”: in “{value}” a digit stands for a letter, as after a scan; it was "
        "read as the letter.",
        "ru": "Строка {row}{sheet}, столбец «{column}»: в «{value}» цифра стоит вместо буквы, как после сканирования; "
        "она прочитана как буква.",
    },
    "says_dead": {
        "uk": "Рядок {row}{sheet}, стовпець «{column}»: «{value}» говорить про смерть. Нікому не повідомляйте про "
        "звільнення, доки це не з’ясовано.",
        "en": "Row {row}{sheet}, column “{column}”: “{value}” speaks of a death. Tell nobody of a release before "
        "this is cleared up.",
        "ru": "Строка {row}{sheet}, столбец «{column}»: «{value}» говорит о смерти. Никому не сообщайте об "
        "освобождении, пока это не выяснено.",
    },
    "says_held": {
        "uk": "Рядок {row}{sheet}, стовпець «{column}»: «{value}» говорить, що людину не звільнено.",
        "en": "Row {row}{sheet}, column “{column}”: “{value}” says that this person was not released.",
        "ru": "Строка {row}{sheet}, столбец «{column}»: «{value}» говорит, что человека не освободили.",
    },
    "below_title": {
        "uk": "Рядок {row}{sheet}, стовпець «{column}»: «{value}» стоїть під заголовком «{title}».",
        "en": "Row {row}{sheet}, column “{column}”: “{value}” stands below the title “{title}”.",
        "ru": "Строка {row}{sheet}, столбец «{column}»: «{value}» стоит под заголовком «{title}».",
    },
    "left_blank": {
        "uk": "Рядок {row}{sheet}, стовпець «{column}»: про більшість людей тут сказано, чи їх звільнено, а про цю не "
        "сказано нічого.",
        "en": "Row {row}{sheet}, column “{column}”: of most people it says whether they were released, and of this one "
        "it says nothing.",
        "ru": "Строка {row}{sheet}, столбец «{column}»: о большинстве людей здесь сказано, освобождены ли они, а об "
        "этом человеке не сказано ничего.",
    },
}

# Why a row was refused.
PROBLEMS: Sentences = {
    "no_name": {
        "uk": "Рядок {row}{sheet}, стовпець «{column}»: немає ні прізвища, ні імені.",
        "en": "Row {row}{sheet}, column “{column}”: there is no name.",
        "ru": "Строка {row}{sheet}, столбец «{column}»: нет ни фамилии, ни имени.",
    },
    "not_a_date": {
        "uk": "Рядок {row}{sheet}, стовпець «{column}»: «{value}» не є датою народження.",
        "en": "Row {row}{sheet}, column “{column}”: “{value}” is not a date of birth.",
        "ru": "Строка {row}{sheet}, столбец «{column}»: «{value}» не является датой рождения.",
    },
    "garbled": {
        "uk": "Рядок {row}{sheet}, стовпець «{column}»: «{value}» пошкоджено хибним кодуванням.",
        "en": "Row {row}{sheet}, column “{column}”: “{value}” was spoilt by a wrong encoding.",
        "ru": "Строка {row}{sheet}, столбец «{column}»: «{value}» испорчено неверной кодировкой.",
    },
    "digits_in_name": {
        "uk": "Рядок {row}{sheet}, стовпець «{column}»: у «{value}» разом з іменем є цифри; "
        "перенесіть їх до інших стовпців.",
        "en": "Row {row}{sheet}, column “{column}”: “{value}” has digits beside the name; move "
        "them to other columns.",
        "ru": "Строка {row}{sheet}, столбец «{column}»: в «{value}» вместе с именем есть цифры; "
        "перенесите их в другие столбцы.",
    },
    "not_a_name": {
        "uk": "Рядок {row}{sheet}, стовпець «{column}»: «{value}» не схоже на прізвище й ім’я.",
        "en": "Row {row}{sheet}, column “{column}”: “{value}” does not look like a surname and a given name.",
        "ru": "Строка {row}{sheet}, столбец «{column}»: «{value}» не похоже на фамилию и имя.",
    },
    "torn": {
        "uk": "Рядок {row}{sheet}, стовпець «{column}»: «{value}», схоже, лише частина рядка, що займає кілька "
        "ліній або сторінок; звірте з документом і наберіть його цілим.",
        "en": "Row {row}{sheet}, column “{column}”: “{value}” seems to be only a part of a row that runs over "
        "several lines or pages; check the document and type it whole.",
        "ru": "Строка {row}{sheet}, столбец «{column}»: «{value}», похоже, лишь часть строки, занимающей "
        "несколько линий или страниц; сверьте с документом и наберите её целиком.",
    },
    "several_people": {
        "uk": "Рядок {row}{sheet}, стовпець «{column}»: у «{value}», схоже, більше однієї людини або імені; "
        "залиште тут одну людину, а інших вставте окремим списком.",
        "en": "Row {row}{sheet}, column “{column}”: “{value}” seems to hold more than one person or name; leave "
        "one person here, and paste the others as a list of their own.",
        "ru": "Строка {row}{sheet}, столбец «{column}»: в «{value}», похоже, больше одного человека или имени; "
        "оставьте здесь одного человека, а остальных вставьте отдельным списком.",
    },
    "struck_out": {
        "uk": "Рядок {row}{sheet}, стовпець «{column}»: «{value}» у файлі закреслено. Запитайте, чи цю людину "
        "викреслено зі списку.",
        "en": "Row {row}{sheet}, column “{column}”: “{value}” is struck out in the file. Ask whether this person "
        "was taken off the list.",
        "ru": "Строка {row}{sheet}, столбец «{column}»: «{value}» в файле зачёркнуто. Спросите, вычеркнут ли "
        "этот человек из списка.",
    },
    "says_dead": {
        "uk": "Рядок {row}{sheet}, стовпець «{column}»: «{value}» говорить про смерть, а це список звільнених. "
        "Запитайте того, хто надіслав список. Якщо людину звільнено, приберіть ці слова з клітинки; якщо ні, "
        "відкладіть рядок.",
        "en": "Row {row}{sheet}, column “{column}”: “{value}” speaks of a death, and this is a list of the "
        "released. Ask whoever sent the list. If the person was released, take these words out of the cell; if not, "
        "set the row aside.",
        "ru": "Строка {row}{sheet}, столбец «{column}»: «{value}» говорит о смерти, а это список освобождённых. "
        "Спросите того, кто прислал список. Если человек освобождён, уберите эти слова из ячейки; если нет, "
        "отложите строку.",
    },
    "says_held": {
        "uk": "Рядок {row}{sheet}, стовпець «{column}»: «{value}» говорить, що людину не звільнено. Запитайте "
        "того, хто надіслав список. Якщо її звільнено, приберіть ці слова з клітинки; якщо ні, відкладіть рядок.",
        "en": "Row {row}{sheet}, column “{column}”: “{value}” says that this person was not released. Ask whoever "
        "sent the list. If the person was released, take these words out of the cell; if not, set the row aside.",
        "ru": "Строка {row}{sheet}, столбец «{column}»: «{value}» говорит, что человека не освободили. Спросите "
        "того, кто прислал список. Если его освободили, уберите эти слова из ячейки; если нет, отложите строку.",
    },
    "below_title": {
        "uk": "Рядок {row}{sheet}, стовпець «{column}»: «{value}» стоїть під заголовком «{title}», а це список "
        "звільнених. Запитайте того, хто надіслав список. Якщо людину звільнено, візьміть її без змін; якщо ні, "
        "відкладіть рядок.",
        "en": "Row {row}{sheet}, column “{column}”: “{value}” stands below the title “{title}”, and this is a list of "
        "the released. Ask whoever sent the list. If the person was released, take them in as they stand; if not, set "
        "the row aside.",
        "ru": "Строка {row}{sheet}, столбец «{column}»: «{value}» стоит под заголовком «{title}», а это список "
        "освобождённых. Спросите того, кто прислал список. Если человек освобождён, внесите его без изменений; если "
        "нет, отложите строку.",
    },
    "left_blank": {
        "uk": "Рядок {row}{sheet}, стовпець «{column}»: про більшість людей тут сказано, чи їх звільнено, а про цю не "
        "сказано нічого. Запитайте того, хто надіслав список. Якщо людину звільнено, візьміть її без змін; якщо ні, "
        "відкладіть рядок.",
        "en": "Row {row}{sheet}, column “{column}”: of most people it says whether they were released, and of this one "
        "it says nothing. Ask whoever sent the list. If the person was released, take them in as they stand; if not, "
        "set the row aside.",
        "ru": "Строка {row}{sheet}, столбец «{column}»: о большинстве людей здесь сказано, освобождены ли они, а об "
        "этом человеке не сказано ничего. Спросите того, кто прислал список. Если человек освобождён, внесите его без "
        "изменений; если нет, отложите строку.",
    },
    "born_later": {
        "uk": "Рядок {row}{sheet}, стовпець «{column}»: «{value}» — пізніша за день цього етапу обміну; "
        "це не дата народження.",
        "en": "Row {row}{sheet}, column “{column}”: “{value}” is after the day of this wave and no date of "
        "birth.",
        "ru": "Строка {row}{sheet}, столбец «{column}»: «{value}» — позже дня этого этапа обмена; "
        "это не дата рождения.",
    },
    "name_too_long": {
        "uk": "Рядок {row}{sheet}, стовпець «{column}»: «{value}» задовге для імені.",
        "en": "Row {row}{sheet}, column “{column}”: “{value}” is too long for a name.",
        "ru": "Строка {row}{sheet}, столбец «{column}»: «{value}» слишком длинно для имени.",
    },
}

# Lines that are no people and were passed over.
SKIPPED: Sentences = {
    "blank": {"uk": "порожньо", "en": "blank", "ru": "пусто"},
    "above_heading": {"uk": "над заголовками", "en": "above the headings", "ru": "над заголовками"},
    "heading": {"uk": "заголовки", "en": "headings", "ru": "заголовки"},
    "heading_again": {"uk": "заголовки ще раз", "en": "headings again", "ru": "заголовки ещё раз"},
    "merged": {
        "uk": "продовження об’єднаної клітинки",
        "en": "goes on with a merged cell",
        "ru": "продолжение объединённой ячейки",
    },
    "column_numbers": {"uk": "номери стовпців", "en": "numbers of columns", "ru": "номера столбцов"},
    "title": {"uk": "заголовок над людьми", "en": "a title over people", "ru": "заголовок над людьми"},
    "total": {"uk": "підсумок", "en": "a total", "ru": "итог"},
    "signature": {
        "uk": "підпис або сторінка",
        "en": "a signature or page number",
        "ru": "подпись или страница",
    },
    "sheet_without_names": {
        "uk": "аркуш без стовпця з іменами",
        "en": "a sheet without a column of names",
        "ru": "лист без столбца с именами",
    },
}

# " (аркуш «…»)": follows the number of the row where a file has several sheets.
IN_SHEET: Sentences = {
    "in_sheet": {"uk": " (аркуш «{sheet}»)", "en": " (sheet “{sheet}”)", "ru": " (лист «{sheet}»)"}
}
