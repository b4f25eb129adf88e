"""The sounds that a folded word stands for, in one small ASCII alphabet (capitals are single sounds: C = ch,
J = zh, T = ts, W = sh): its *readings*, and from each its *loose* form. What they are for, `normalise` says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_CYRILLIC_SOUNDS = str.maketrans(
    "абвгґдеєёэжзиіїйыклмнопрстуўфхцчшюяәөүұқғңһјљњџђћ",
    "abvggdeeeeJziiiiiklmnoprstuvfxTCWuaaouukgngilnJdC",
    "ьъ",
) | {ord("щ"): "WC"}

_GRAPHS = {
    "ieia": "ia", "ieie": "ie", "ieiu": "iu",  # a hard sign and a vowel in Russian passports: Podieiachev
    "shch": "WC", "schtsch": "WC", "stsch": "WC", "szcz": "WC", "chtch": "WC", "chtsh": "WC", "tsch": "C",
    "tch": "C", "tc": "T", "cz": "C", "dzh": "dJ", "dsch": "dJ", "dj": "dJ", "sch": "W", "sh": "W", "sz": "W",
    "zgh": "zg", "zh": "J", "kh": "x", "ch": "C", "tz": "T", "ts": "T", "ck": "k", "ph": "f", "th": "t",
    "ou": "u", "oo": "u", "x": "ks", "w": "v", "q": "k", "h": "g", "j": "i", "y": "i", "c": "T",
}  # fmt: skip
_OTHER_READERS: tuple[tuple[re.Pattern[str], dict[str, str]], ...] = (
    # German: Schewtschenko, Kowaltschuk, Michail, Zymbal, Scharko, Weis; Djatlow, Ostrouch, Obraszow
    (
        re.compile("sch|w|tz|ch|z|j|ei|eu"),
        {
            "ch": "x",
            "sch": "W",
            "z": "T",
            "ei": "ai",
            "eu": "oi",
            "ie": "i",
            "dj": "di",
            "ou": "ou",
            "sz": "sT",
        },
    ),
    # Polish: Szewczenko, Michaił, Cymbal, Rzepecki, Wysocka
    (re.compile("cz|sz|ch|c|rz|w"), {"ch": "x", "rz": "J", "ck": "Tk", "ou": "ou"}),
    # French: Chevtchenko, Joukov, Poutine, Guennadi, Jdanov
    (re.compile("ou|tch|j|ch|gu|ine$|off$|eff$"), {"ch": "W", "j": "J", "gu": "g"}),
    # Two letters that are two sounds: t + ch in Bratchenko, t + sh in Batshev, o + u in Bilous, ts + k in Mackevich
    (re.compile("tch|tsh|ou|ck"), {"tch": "tC", "tsh": "tW", "ou": "ou", "ck": "Tk"}),
    # GOST 7.79: Mixail, Shhukin, Xmel`niczkij, Czvirko; of scientific letters x alone is left: Lyxac'kyj, Xudjak
    (re.compile("x|shh|cz"), {"x": "x", "shh": "WC", "cz": "T", "ck": "Tk", "dj": "di"}),
    # Belarusian in whoever's name shows no other sign of it: Sheuchuk, Rudzenka
    (re.compile("[ae]u(?![aeiouy])|dz[ei]"), {"au": "av", "eu": "ev", "dze": "de", "dzi": "di"}),
    # Soft d in scientific letters: Djačenko
    (re.compile("dj"), {"dj": "di"}),
    # Ukrainian passports of before 2007: Jurenco, Bojco, Dobujyns'cii
    (re.compile("j.*c(?![hzk])|c(?![hzk]).*j|jy"), {"j": "J", "tc": "tk", "c": "k"}),
    # Turkish and Croatian letters without their marks: Kalcenko, Corniy, Scerbak
    (re.compile("c(?![hzkt])"), {"c": "C", "sc": "WC"}),
    # Older English and Swedish: Kravtshenko; c read as k
    (re.compile("tsh|c(?![hzk])"), {"tsh": "C", "tc": "tk", "c": "k"}),
    # Hungarian: Kovacs, Nagy, Szabo, Zsolt
    (
        re.compile("cs|zs|^gy|gy$|^sz[aeiou]"),
        {"cs": "C", "zs": "J", "gy": "d", "sz": "s", "s": "W", "ny": "n", "ly": "i"},
    ),
    # Ukrainian that is rendered in two ways, as below: Pidhirnyi is Podgornyi, Kryzhanivskyi Kryzhanovskii
    (
        re.compile("^pid|[hg]irn|i[vw]sk"),
        {"pid": "pod", "hirn": "gorn", "girn": "gorn", "ivsk": "ovsk", "iwsk": "ovsk"},
    ),
    # zh that is z + h wherever no standard keeps it from being ж: Rozhon is Розгон, Mozhovyi Мозговий
    (re.compile("^(?:be|mo|ro)zh(?=[aou])"), {"zh": "zg"}),
    # Dzh: c in Turkish, j in the English of the Caucasus (Cemilev, Jafarov, Hajiyev)
    (re.compile("c(?![hzk])|j(?=[aeiou])"), {"c": "dJ", "j": "dJ"}),
)
_MAX_READINGS = 5
# Ukrainian standard 9112 writes the soft sign as j, where no й can stand: Oljha, Cherinjko, Lesj
_SOFT_J = re.compile("(?<=[b-df-hk-np-tv-xz])j(?![aeiouy])")
_TURKISH_END = re.compile("(?<=vi)c$")  # Antonovic, with its mark or without, is no Антоновіц
_ENDS = ("ff", "una", "vic")  # asked first, since three patterns cost more than the whole rest of most words
_BELARUSIAN_DAUGHTER = re.compile("(?<=[aoe])una$")  # Uladzimirauna
_FRENCH_END = re.compile(r"(?<=[oi])ff$|(?<=e)ff$")

_I_BEFORE_VOWEL = re.compile("i+(?=[aeou])")
_DOUBLED = re.compile(r"(.)\1+")
VOWELS = "aeiou"
_NO_VOWELS = str.maketrans("", "", VOWELS)

# Ukrainian that is rendered in two ways: Корольова is Korolova and Королёва, Піддубний is Поддубный, and Хведоренко
# is said where Федоренко is written.
_UKRAINIAN_O = re.compile("ьо|ё|івськ|^під|гірн|^хве")
_AS_O = {"ьо": "о", "ё": "о", "івськ": "овськ", "під": "под", "гірн": "горн", "хве": "фе"}

# Belarusian writes as it speaks: Дзмітрый, Цімафей, Сяргей, -аў; one more reading undoes it.
_BELARUSIAN_CYRILLIC = (
    (re.compile("дз(?=[еёіюямв])"), "д"), (re.compile("ц+(?=[еёіюяв])"), "т"), (re.compile("^рыг"), "грыг"),
    (re.compile("я"), "е"), (re.compile("у$"), "в"), (re.compile("(?<=[жчшц])а"), "о"),
)  # fmt: skip
_BELARUSIAN_LATIN = (
    (re.compile("dz(?=[eimvyj])"), "d"), (re.compile("(ts|c)+(?=[eivyj])"), "t"), (re.compile("^ryh"), "gryg"),
    (re.compile("[aoe]u$"), "ov"), (re.compile("(?<=[aoe])u(?![oe])"), "v"), (re.compile("[iyj]a(?=.)"), "e"),
    (re.compile("^ya"), "e"), (re.compile("(?<=[czs]h|ts)a"), "o"),
)  # fmt: skip
# Where я is я in the other languages too, and after р, which is always hard, а is their е: Дзячэнка, Цялегін, Серада
_STRESSED = re.compile("дзя|ця|ра|dz[iyj]a|ts[iyj]a|c[iyj]a|ra")
_BELARUSIAN_STRESSED = (
    (re.compile("дз(?=[еёіюямв])"), "д"), (re.compile("ц+(?=[еёіюяв])"), "т"), (re.compile("ра(?=.)"), "ре"),
    (re.compile("у$"), "в"), (re.compile("(?<=[жчшц])а"), "о"),
    (re.compile("dz(?=[eimvyj])"), "d"), (re.compile("(ts|c)+(?=[eivyj])"), "t"), (re.compile("ra(?=.)"), "re"),
    (re.compile("[aoe]u$"), "ov"), (re.compile("(?<=[aoe])u(?![oe])"), "v"), (re.compile("(?<=[czs]h|ts)a"), "o"),
)  # fmt: skip
# Substrings, not a pattern: this is asked of every name, and so many branches cost twenty times more.
_BELARUSIAN_SIGNS = (
    "ў", "ŭ", "авіч ", "евіч ", "эвіч ", "дзм", "уладз", "сяргей", "аляксандр", "міхаіл", "мікал", "аляксей", "алег ",
    "ігар ", "віктар ", "андрэй", "рыгор", "зміцер", "зьміцер", "цімаф", "кірыл", "дзе", "дзі", "дзя", "энка ",
    "скі ", "цкі ", "іцкая ", "інская ", "ны ", "чы ", "avič ", "uładz", "mikał",
)  # fmt: skip
_BELARUSIAN_LATIN_SIGNS = (
    "avich ", "auna ", "euna ", "ouna ", "aliaks", "siarh", "uladz", "mikalai", "dzm", "yauhen", "iauhen",
    "viachas", "viktar", "volha", "aleh ", "ihar ", "henadz", "dzievich", "ouski", "ouska",
    "sou ", "kau ", "rau ", "lau ", "nau ", "tau ", "dau ", "mau ", "sau ",
    "shou ", "chou ", "kou ", "lou ", "nou ", "rou ", "tou ", "eu ",
)  # fmt: skip


def is_cyrillic(letter: str) -> bool:
    return "\u0400" <= letter <= "\u052f"


def is_belarusian(text: str) -> bool:
    """The spelling has signs that only Belarusian, or a Latin rendering of it, shows."""
    return any(map(_shows_belarusian, text.split(" ")))


@lru_cache(maxsize=1 << 16)
def _shows_belarusian(word: str) -> bool:
    word = word.casefold() + " "
    if not word.isascii() and any(map(word.__contains__, _BELARUSIAN_SIGNS)):
        return True
    # Each of the Latin signs has one of these: most names are Cyrillic and need not be asked all of them.
    if "u" not in word and "a" not in word and "dz" not in word:
        return False
    return any(map(word.__contains__, _BELARUSIAN_LATIN_SIGNS))


def each_once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def readings(folded: str, belarusian: bool) -> tuple[str, ...]:
    """How the word may sound, the likeliest first."""
    if is_cyrillic(folded[0]) or (not folded.isascii() and any(map(is_cyrillic, folded))):
        found = [_cyrillic(folded)]
        if _UKRAINIAN_O.search(folded):
            found.append(_cyrillic(_UKRAINIAN_O.sub(lambda written: _AS_O[written[0]], folded)))
        if belarusian:
            found.append(_cyrillic(_rewritten(folded, _BELARUSIAN_CYRILLIC)))
            if _STRESSED.search(folded):
                found.append(_cyrillic(_rewritten(folded, _BELARUSIAN_STRESSED)))
    elif folded.isascii():
        found = [_latin(folded, _GRAPH, _GRAPHS)]
        found += [_latin(folded, graph, graphs) for sign, graph, graphs in _OTHERS if sign.search(folded)]
        if belarusian:
            found.append(_latin(_rewritten(folded, _BELARUSIAN_LATIN), _GRAPH, _GRAPHS))
            found[1:] = found[-1:] + found[1:-1]
            if _STRESSED.search(folded):
                found.insert(2, _latin(_rewritten(folded, _BELARUSIAN_STRESSED), _GRAPH, _GRAPHS))
    else:
        found = [_single(folded)]
    return each_once(found)[:_MAX_READINGS]


def _rewritten(word: str, rules: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    for pattern, replacement in rules:
        word = pattern.sub(replacement, word)
    return word


def _cyrillic(word: str) -> str:
    return _settle(word.replace("ьо", "ё").replace("йо", "ё").translate(_CYRILLIC_SOUNDS))


def _latin(word: str, graph: re.Pattern[str], graphs: dict[str, str]) -> str:
    if word.endswith(_ENDS):
        word = _BELARUSIAN_DAUGHTER.sub("vna", _FRENCH_END.sub("v", word))
        if graphs["c"] != "k":
            word = _TURKISH_END.sub("ch", word)
    if "j" in word:
        word = _SOFT_J.sub("", word)
    if graphs.get("ch") == "W" and word.endswith("ine"):
        word = word[:-1]
    return _settle(graph.sub(lambda found: graphs[found[0]], word))


def _settle(sounds: str) -> str:
    """The rules that both scripts share: yo is e, i before a vowel is soft, doubled letters are one."""
    if "i" in sounds:
        sounds = _I_BEFORE_VOWEL.sub("", sounds.replace("io", "e"))
    return _single(sounds)


def _single(sounds: str) -> str:
    """Doubled letters as one. Asked first, since putting them right costs much more than seeing none."""
    return _DOUBLED.sub(r"\1", sounds) if _DOUBLED.search(sounds) else sounds


def loosen(reading: str) -> str:
    """The reading without what the three languages spell differently, and without its ending vowels."""
    loose = with_ending(reading)
    short = loose.rstrip(VOWELS)
    return short if len(short) >= 2 else loose


def with_ending(reading: str) -> str:
    """`loosen`, but with the ending vowels."""
    # One letter for one letter by `replace`: four times as fast as a table for such short words.
    loose = reading.replace("Co", "Ce").replace("Wo", "We").replace("Jo", "Je")  # Чорний, Черный
    loose = loose.replace("e", "i").replace("o", "a").replace("z", "s").replace("J", "W").replace("x", "g")
    loose = loose.replace("WC", "W").replace("ts", "T")
    return _single(loose)


@lru_cache(maxsize=1 << 16)
def consonants(loose: str) -> str:
    """What is left when every vowel may be wrong; the word itself when nothing would be."""
    return _single(loose.translate(_NO_VOWELS)) or loose


def _graph_pattern(graphs: dict[str, str]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(graphs, key=len, reverse=True)))


_GRAPH = _graph_pattern(_GRAPHS)
_OTHERS = tuple(
    (sign, _graph_pattern(_GRAPHS | changed), _GRAPHS | changed) for sign, changed in _OTHER_READERS
)
