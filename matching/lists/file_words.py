"""What is said of a file as a whole; of its columns: `column_words`, of single rows: `row_words`."""

from matching.engine.saying import Sentences

# Why a file as a whole was refused.
REFUSALS: Sentences = {
    "empty": {
        "uk": "Файл порожній: у ньому немає жодного рядка.",
        "en": "The file is empty: it has no lines.",
        "ru": "Файл пуст: в нём нет ни одной строки.",
    },
    "too_large": {
        "uk": "Файл завеликий: дозволено не більше {limit} МБ. Розділіть його на частини.",
        "en": "The file is too large: at most {limit} MB are allowed. Split it into parts.",
        "ru": "Файл слишком большой: допускается не более {limit} МБ. Разделите его на части.",
    },
    "scan": {
        "uk": "У цьому PDF немає тексту: це знімок або скан. Прізвища із зображень не зчитуються, щоб нічого не "
        "вгадувати: наберіть список у таблиці.",
        "en": "This PDF has no text: it is a photograph or a scan. Names are not read from pictures, so that "
        "nothing is guessed: type the list into a spreadsheet.",
        "ru": "В этом PDF нет текста: это снимок или скан. Фамилии с изображений не считываются, чтобы ничего не "
        "угадывать: наберите список в таблице.",
    },
    "too_many_pages": {
        "uk": "У документі понад {limit} сторінок. Розділіть його на частини.",
        "en": "The document has more than {limit} pages. Split it into parts.",
        "ru": "В документе больше {limit} страниц. Разделите его на части.",
    },
    "document": {
        "uk": "Це документ {kind}. Скопіюйте з нього таблицю в електронну таблицю й збережіть як XLSX, "
        "або вставте його текст у поле для вставлення.",
        "en": "This is a {kind} document. Copy its table into a spreadsheet and save it as XLSX, or paste its text "
        "into the box.",
        "ru": "Это документ {kind}. Скопируйте из него таблицу в электронную таблицу и сохраните как XLSX "
        "или вставьте его текст в поле для вставки.",
    },
    "archive": {
        "uk": "Це архів {kind}. Розпакуйте його й надішліть кожен список окремо.",
        "en": "This is a {kind} archive. Unpack it and send each list on its own.",
        "ru": "Это архив {kind}. Распакуйте его и отправьте каждый список отдельно.",
    },
    "markup": {
        "uk": "Це файл {kind}. Відкрийте його в електронній таблиці, збережіть як XLSX і надішліть ще раз.",
        "en": "This is an {kind} file. Open it in a spreadsheet program, save it as XLSX and send it again.",
        "ru": "Это файл {kind}. Откройте его в электронной таблице, сохраните как XLSX и отправьте ещё раз.",
    },
    "program": {
        "uk": "Це програма ({kind}), а не список. Не відкривайте її й запитайте відправника.",
        "en": "This is a program ({kind}) and no list. Do not open it, and ask who sent it.",
        "ru": "Это программа ({kind}), а не список. Не открывайте её и спросите отправителя.",
    },
    "bad_json": {
        "uk": "Файл JSON пошкоджений або завантажений не повністю. Надішліть його ще раз.",
        "en": "The JSON file is damaged or incomplete. Send it again.",
        "ru": "Файл JSON повреждён или загружен не полностью. Отправьте его ещё раз.",
    },
    "picture": {
        "uk": "Це зображення ({kind}). Прізвища із зображень не зчитуються, щоб нічого не вгадувати: "
        "наберіть список у таблиці.",
        "en": "This is a picture ({kind}). Names are not read from pictures, so that nothing is guessed: "
        "type the list into a spreadsheet.",
        "ru": "Это изображение ({kind}). Фамилии с изображений не считываются, чтобы ничего не угадывать: "
        "наберите список в таблице.",
    },
    "binary": {
        "uk": "Це не текст і не електронна таблиця. Збережіть список як XLSX або CSV.",
        "en": "This is neither text nor a spreadsheet. Save the list as XLSX or CSV.",
        "ru": "Это не текст и не электронная таблица. Сохраните список как XLSX или CSV.",
    },
    "damaged": {
        "uk": "Таблиця пошкоджена або завантажена не повністю. Відкрийте її, збережіть ще раз "
        "і надішліть знову.",
        "en": "The spreadsheet is damaged or incomplete. Open it, save it again and resend it.",
        "ru": "Таблица повреждена или загружена не полностью. Откройте её, сохраните ещё раз и "
        "отправьте снова.",
    },
    "password": {
        "uk": "Файл захищено паролем. Збережіть копію без пароля.",
        "en": "The file is protected by a password. Save a copy without one.",
        "ru": "Файл защищён паролем. Сохраните копию без пароля.",
    },
    "too_heavy": {
        "uk": "Файл забирає більше пам’яті чи часу, ніж потрібно списку; читання зупинено. Збережіть "
        "список як CSV або розділіть його.",
        "en": "The file takes more memory or time than a list needs; the reading was stopped. Save the list as "
        "CSV or split it.",
        "ru": "Файл требует больше памяти или времени, чем нужно списку; чтение остановлено. Сохраните "
        "список как CSV или разделите его.",
    },
    "zip_bomb": {
        "uk": "Після розпакування файл був би завеликий (дозволено {limit} МБ), тому його не відкрито.",
        "en": "Unpacked, the file would be too large ({limit} MB are allowed), so it was not opened.",
        "ru": "После распаковки файл был бы слишком большим (допускается {limit} МБ), поэтому он не открыт.",
    },
    "entities": {
        "uk": "У файлі є визначення XML, яких у таблицях не буває. З міркувань безпеки його не відкрито.",
        "en": "The file contains XML definitions that no spreadsheet has. For safety it was not opened.",
        "ru": "В файле есть определения XML, которых в таблицах не бывает. Из соображений "
        "безопасности он не открыт.",
    },
    "too_spread": {
        "uk": "Аркуш займає {rows} рядків і {columns} стовпців. Видаліть зайві клітинки далеко від списку.",
        "en": "The sheet spans {rows} rows and {columns} columns. Delete the stray cells far from the list.",
        "ru": "Лист занимает {rows} строк и {columns} столбцов. Удалите лишние ячейки вдали от списка.",
    },
    "bad_encoding": {
        "uk": "Не вдалося визначити кодування тексту. Збережіть файл як CSV UTF-8 або XLSX.",
        "en": "The encoding of the text could not be recognised. Save the file as CSV UTF-8 or XLSX.",
        "ru": "Не удалось определить кодировку текста. Сохраните файл как CSV UTF-8 или XLSX.",
    },
    "mixed_encoding": {
        "uk": "Текст у кодуванні UTF-8, але з рядка {line} містить інші байти. Схоже, що склеєно два файли.",
        "en": "The text is UTF-8, but from line {line} on it has other bytes. It looks like "
        "two files glued together.",
        "ru": "Текст в кодировке UTF-8, но со строки {line} содержит другие байты. Похоже, "
        "склеены два файла.",
    },
    "too_many_rows": {
        "uk": "У файлі понад {limit} рядків. Розділіть його на частини.",
        "en": "The file has more than {limit} rows. Split it into parts.",
        "ru": "В файле больше {limit} строк. Разделите его на части.",
    },
    "no_name_column": {
        "uk": "Не знайдено стовпця з прізвищем та ім’ям. Перший рядок файлу: {headings}. Якщо над стовпцями немає "
        "заголовків, додайте рядок із ними: «Прізвище», «Ім’я», «По батькові», «Дата народження».",
        "en": "No column with names was found. The first line of the file is: {headings}. If nothing stands above the "
        "columns, add a line of headings: “Surname”, “Given name”, “Patronymic”, “Date of birth”.",
        "ru": "Не найден столбец с фамилией и именем. Первая строка файла: {headings}. Если над столбцами нет "
        "заголовков, добавьте строку с ними: «Фамилия», «Имя», «Отчество», «Дата рождения».",
    },
    "no_rows": {
        "uk": "У файлі є заголовки, але немає жодного рядка з людьми.",
        "en": "The file has headings but no rows with people.",
        "ru": "В файле есть заголовки, но нет ни одной строки с людьми.",
    },
}

# How a file was read.
SAYINGS: Sentences = {
    "workbook": {
        "uk": "Прочитано як електронну таблицю {format}; для формул узято їхні значення.",
        "en": "Read as an {format} spreadsheet; of formulas the values were taken.",
        "ru": "Прочитано как электронная таблица {format}; для формул взяты их значения.",
    },
    "pdf": {
        "uk": "Прочитано як PDF, сторінок: {pages}. Звірте перші рядки з документом.",
        "en": "Read as PDF, pages: {pages}. Check the first rows against the document.",
        "ru": "Прочитано как PDF, страниц: {pages}. Сверьте первые строки с документом.",
    },
    "picture_pages": {
        "uk": "Сторінки без тексту, лише зображення: {pages}. Їх НЕ прочитано: наберіть ці рядки.",
        "en": "Pages that are pictures without text: {pages}. They were NOT read: type their rows.",
        "ru": "Страницы без текста, только изображение: {pages}. Они НЕ прочитаны: наберите эти строки.",
    },
    "recognised_pages": {
        "uk": "Сторінки-скани з текстом, який розпізнала машина: {pages}. Звірте кожне прізвище з документом.",
        "en": "Scanned pages with text that a machine recognised: {pages}. Check every name against the document.",
        "ru": "Страницы-сканы с текстом, который распознала машина: {pages}. Сверьте каждую фамилию с документом.",
    },
    "records": {
        "uk": "Прочитано як {format}: записів {count}.",
        "en": "Read as {format}: {count} records.",
        "ru": "Прочитано как {format}: записей {count}.",
    },
    "macros": {
        "uk": "У файлі є макроси; їх не виконано й не прочитано.",
        "en": "The file contains macros; they were neither run nor read.",
        "ru": "В файле есть макросы; они не выполнялись и не читались.",
    },
    "links": {
        "uk": "У файлі є посилання на інші файли; за ними не звертались, узято збережені значення.",
        "en": "The file links to other files; they were not opened, the values stored here were taken.",
        "ru": "В файле есть ссылки на другие файлы; они не открывались, взяты сохранённые значения.",
    },
    "date1904": {
        "uk": "У цій таблиці дні рахуються з 1904 року; дати прочитано відповідно.",
        "en": "This spreadsheet counts days from 1904; dates were read accordingly.",
        "ru": "В этой таблице дни считаются с 1904 года; даты прочитаны соответственно.",
    },
    "formulas": {
        "uk": "Клітинок із формулами: {count}; узято їхні збережені значення.",
        "en": "Cells with formulas: {count}; their stored values were taken.",
        "ru": "Ячеек с формулами: {count}; взяты их сохранённые значения.",
    },
    "without_value": {
        "uk": "Клітинок із формулами без збереженого значення: {count}; вони прочитані як порожні. "
        "Відкрийте таблицю, збережіть її й надішліть ще раз.",
        "en": "Cells with formulas but no stored value: {count}; they were read as empty. Open the spreadsheet, "
        "save it and send it again.",
        "ru": "Ячеек с формулами без сохранённого значения: {count}; они прочитаны как пустые. "
        "Откройте таблицу, сохраните её и отправьте снова.",
    },
    "hidden_rows": {
        "uk": "Прихованих рядків: {count}; їх теж прочитано.",
        "en": "Hidden rows: {count}; they were read too.",
        "ru": "Скрытых строк: {count}; они тоже прочитаны.",
    },
    "hidden_sheet": {
        "uk": "Прихований аркуш «{sheet}» не прочитано.",
        "en": "The hidden sheet “{sheet}” was not read.",
        "ru": "Скрытый лист «{sheet}» не прочитан.",
    },
    "other_extension": {
        "uk": "Файл має розширення .{extension}, але за вмістом це {format}; прочитано за вмістом.",
        "en": "The file is named .{extension}, but its content is {format}; it was read by its content.",
        "ru": "Файл имеет расширение .{extension}, но по содержимому это {format}; прочитан по содержимому.",
    },
    "encoding_marked": {
        "uk": "Кодування {encoding}: так позначено на початку файлу.",
        "en": "Encoding {encoding}: the file begins with its mark.",
        "ru": "Кодировка {encoding}: так отмечено в начале файла.",
    },
    "encoding_told": {
        "uk": "Кодування {encoding}: так вказав працівник.",
        "en": "Encoding {encoding}: as a caseworker said.",
        "ru": "Кодировка {encoding}: так указал сотрудник.",
    },
    "encoding_fits": {
        "uk": "Кодування {encoding}: увесь файл йому відповідає.",
        "en": "Encoding {encoding}: the whole file conforms to it.",
        "ru": "Кодировка {encoding}: весь файл ей соответствует.",
    },
    "encoding_guessed": {
        "uk": "Кодування {encoding} визначено за літерами: так слова читаються («{sample}»). "
        "Перевірте перші рядки.",
        "en": "Encoding {encoding} was judged by the letters: this way words can be read (“{sample}”). "
        "Check the first rows.",
        "ru": "Кодировка {encoding} определена по буквам: так слова читаются («{sample}»). "
        "Проверьте первые строки.",
    },
    "delimiter_found": {
        "uk": "Стовпці розділено знаком «{delimiter}»: так у рядках однакова кількість стовпців.",
        "en": "Columns are separated by “{delimiter}”: this way the lines have equally many columns.",
        "ru": "Столбцы разделены знаком «{delimiter}»: так в строках одинаковое число столбцов.",
    },
    "delimiter_told": {
        "uk": "Стовпці розділено знаком «{delimiter}»: так вказав працівник.",
        "en": "Columns are separated by “{delimiter}”: as a caseworker said.",
        "ru": "Столбцы разделены знаком «{delimiter}»: так указал сотрудник.",
    },
    "delimiter_named": {
        "uk": "Стовпці розділено знаком «{delimiter}»: так сказано в першому рядку.",
        "en": "Columns are separated by “{delimiter}”: the first line says so.",
        "ru": "Столбцы разделены знаком «{delimiter}»: так сказано в первой строке.",
    },
    "one_column": {
        "uk": "Один стовпець: роздільників не знайдено.",
        "en": "One column: no delimiter was found.",
        "ru": "Один столбец: разделители не найдены.",
    },
    "message": {
        "uk": "Прочитано як повідомлення: у кожному рядку одна людина.",
        "en": "Read as a message: one person a line.",
        "ru": "Прочитано как сообщение: в каждой строке один человек.",
    },
    "labelled": {
        "uk": "Прочитано як повідомлення, де кожен рядок підписано; записів: {count}.",
        "en": "Read as a message with a label on each line; records: {count}.",
        "ru": "Прочитано как сообщение, где каждая строка подписана; записей: {count}.",
    },
    "several_a_line": {
        "uk": "Рядків із кількома людьми: {count}; кожну взято окремо, і рядки полічено по людях.",
        "en": "Lines with several people: {count}; each person was taken on their own, and rows are counted by people.",
        "ru": "Строк с несколькими людьми: {count}; каждый взят отдельно, и строки посчитаны по людям.",
    },
    "cells_cut": {
        "uk": "Надто довгі клітинки прочитано лише до знака {limit}; це рядки {rows}. Подивіться на них у файлі.",
        "en": "Cells that are too long were read only up to character {limit}; these are in rows {rows}. Look at them "
        "in the file.",
        "ru": "Слишком длинные ячейки прочитаны лишь до знака {limit}; это строки {rows}. Посмотрите на них в файле.",
    },
    "zeros_removed": {
        "uk": "Прибрано нульові символи: {count}.",
        "en": "Zero characters removed: {count}.",
        "ru": "Удалены нулевые символы: {count}.",
    },
    "quotes_unbalanced": {
        "uk": "У рядку {line} є незакриті лапки, тому кожен рядок прочитано окремо. Перевірте цей рядок.",
        "en": "A quotation mark in line {line} is never closed, so every line was read on its "
        "own. Check that line.",
        "ru": "В строке {line} есть незакрытая кавычка, поэтому каждая строка прочитана отдельно. "
        "Проверьте эту строку.",
    },
}
