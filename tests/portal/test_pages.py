"""What holds for every page: light, without scripts, in one language, and silent about data when it fails."""

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import polib
import pytest
from django.conf import settings as project
from django.contrib.staticfiles import finders
from django.test import Client

from familylink.portal.questions import QUESTIONS
from tests.portal.conftest import file_and_prove, send_form, text
from tests.portal.urls import SECRET

pytestmark = pytest.mark.django_db
LANGUAGES = ("uk", "en", "ru")
CSS = "portal/portal.css"
ICON = "portal/icon.svg"
MISTAKES = {"birth_day": "40", "phone": "12345", "email": "@", "code_word": "12", "surname": "-"}


class Seen(HTMLParser):
    """Tags, the addresses that a browser would load, and what each id and label is for."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.loads, self.ids, self.labels, self.controls = [], [], [], [], []
        self.inline, self.headings, self.describes = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.tags.append(tag)
        self.ids += [values["id"]] if "id" in values else []
        self.inline += [name for name in values if name == "style" or name.startswith("on")]
        if tag in ("link", "img", "script", "iframe"):
            self.loads.append(values.get("href") or values.get("src"))
        if tag == "label":
            self.labels.append(values["for"])
        if tag in ("input", "select", "textarea") and values.get("type") != "hidden":
            self.controls.append(values["id"])
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self.describes += values.get("aria-describedby", "").split()


def all_pages(language):
    """Every page in every state a visitor can bring it to, as text."""
    client = Client()
    at = f"/{language}"
    yield client.get(f"{at}/")
    for page in ("safety", "support", "check-message", "your-data", "my-report/code/123456"):
        yield client.get(f"{at}/{page}/")
    yield client.get(f"{at}/report/")
    for question in QUESTIONS:
        yield client.get(f"{at}/report/{question.slug}/")
        yield client.post(f"{at}/report/{question.slug}/", MISTAKES)
    yield client.get(f"{at}/report/")
    yield client.post(f"{at}/report/check/")
    yield client.get(f"{at}/report/check/")
    yield client.get(send_form(client, language, email="nina@example.org").url)
    yield client.post(f"{at}/report/confirm/", {"code": ""})
    yield client.post(f"{at}/report/confirm/", {"again": "1"})
    yield client.get(f"{at}/my-report/")
    yield client.post(f"{at}/my-report/", {"reference": ""})
    client.post(f"{at}/my-report/", {"reference": "FL-AAAA-AAAA"})
    yield client.get(f"{at}/my-report/code/")
    yield client.get(f"{at}/my-report/code/123456/")
    yield client.post(f"{at}/my-report/code/", {"code": "1"})
    yield client.post(f"{at}/my-report/code/", {"again": "1"})
    file_and_prove(client, language)
    yield client.get(f"{at}/report/receipt/")
    yield client.get(f"{at}/my-report/status/")
    yield client.get(f"{at}/my-report/answers/")
    yield client.get(f"{at}/my-report/answers/birth/")
    yield client.get(f"{at}/my-report/contacts/")
    yield client.post(f"{at}/my-report/contacts/", {"phone": "1"})
    yield client.get(f"{at}/my-report/settings/")
    for ending in ("found", "self", "withdrawn", "erased"):
        yield client.get(f"{at}/my-report/end/{ending}/")
    yield client.post(f"{at}/my-report/end/found/", follow=True)
    yield client.get(f"{at}/nowhere/")
    yield client.get(f"{at}/leave/")


seen_before: dict[str, list[str]] = {}  # the pages do not change between the tests that look at them


@pytest.fixture(params=LANGUAGES)
def pages(request, families_pages):
    families_pages.ROOT_URLCONF = "tests.portal.urls"
    if request.param not in seen_before:
        found = list(all_pages(request.param))
        assert {page.status_code for page in found} == {200, 302, 404}
        seen_before[request.param] = [text(page) for page in found if page.status_code != 302]
    return request.param, seen_before[request.param]


def test_every_page_is_whole(pages):
    language, found = pages
    for page in found:
        seen = Seen(page)
        assert f'<html lang="{language}" dir="ltr">' in page
        assert "script" not in seen.tags
        assert "style" not in seen.tags
        assert seen.inline == []
        assert len(seen.ids) == len(set(seen.ids))
        assert set(seen.labels) == set(seen.controls)
        assert set(seen.describes) <= set(seen.ids)
        assert re.search("<title>[^<]{5,}</title>", page)


def test_every_page_weighs_little_and_loads_from_here_only(pages):
    _, found = pages
    files = sum(Path(str(finders.find(name))).stat().st_size for name in (CSS, ICON))
    for page in found:
        loads = Seen(page).loads
        assert loads == [f"/static/{ICON}", f"/static/{CSS}"]
        assert len(page.encode()) + files <= 50_000
        assert "//" not in page.replace("<!doctype", "").replace("http://www.w3.org", "")


@pytest.mark.django_db
def test_search_engines_find_the_pages_for_everybody_and_no_other(pages, client):
    language, found = pages
    for_all = ("", "safety/", "support/", "check-message/", "your-data/")
    public = {
        re.search("<h1>(.*?)</h1>", text(client.get(f"/{language}/{path}"))).group() for path in for_all
    }
    assert len(public) == len(for_all)
    for page in found:
        is_public = re.search("<h1>(.*?)</h1>", page, re.DOTALL).group() in public
        assert ('name="robots" content="noindex"' in page) != is_public


@pytest.mark.parametrize(
    ("days", "words"), [(30, "(резервні): 30 днів."), (1, "(резервні): 1 день."), (22, "(резервні): 22 дні.")]
)
def test_it_is_said_how_long_copies_keep_what_was_erased(client, settings, days, words):
    settings.KEEP_BACKUPS_DAYS = days
    assert words in text(client.get("/uk/your-data/"))


def test_headings_leave_no_step_out(pages):
    for page in pages[1]:
        levels = Seen(page).headings
        assert levels.count(1) <= 1
        started_over = levels[levels.index(1) :] if 1 in levels else []
        assert all(later - earlier <= 1 for earlier, later in pairwise(started_over))


def test_every_page_leads_to_itself_in_the_other_languages_by_their_own_names(pages):
    for page in pages[1][:-1]:
        for code, name in (("uk", "Українська"), ("en", "English"), ("ru", "Русский")):
            assert re.search(rf'lang="{code}"[^>]*>{name}<', page)


def test_no_english_is_left_on_the_pages_in_other_languages(pages):
    language, found = pages
    if language == "en":
        return
    known = {"FamilyLink", "English", "SMS", "FL", "M", "QWX", "K", "cookie", "name", "example", "org", "n"}
    known |= {"Veresniak", "Oleksandr", "JPEG", "PNG", "WebP", "HEIC"}
    known |= {"Telegram", "Viber", "WhatsApp"}
    for page in found:
        words = re.sub(r"<textarea.*?</textarea>|FL-\w{4}-\w{4}|<[^>]+>|&#?\w+;", " ", page, flags=re.DOTALL)
        assert set(re.findall("[A-Za-z]+", words)) <= known


@pytest.mark.parametrize("language", ["uk", "ru"])
def test_every_translated_sentence_keeps_its_places(language):
    catalogue = polib.pofile(str(project.BASE_DIR / f"familylink/locale/{language}/LC_MESSAGES/django.po"))
    for entry in catalogue.translated_entries():
        wanted = set(re.findall(r"%\(\w+\)[ds]", entry.msgid))
        for words in [entry.msgstr] if entry.msgstr else entry.msgstr_plural.values():
            assert set(re.findall(r"%\(\w+\)[ds]", words)) == wanted, entry.msgid


def test_the_styles_are_small_and_know_no_left_or_right():
    css = Path(str(finders.find(CSS))).read_text()
    assert len(css.encode()) < 8000
    assert not re.search(
        r"(?<![\w-])(left|right|margin-(left|right)|padding-(left|right)|width|height)\s*:", css
    )
    assert "http" not in css
    assert "prefers-color-scheme: dark" in css
    assert "@media print" in css


def test_every_page_says_who_we_are_not_where_support_is_and_how_data_is_kept(pages):
    for page in pages[1][:-1]:
        for path in ("safety", "check-message", "support", "your-data"):
            assert f'href="/{pages[0]}/{path}/"' in page


def test_every_number_to_call_can_be_dialled(client):
    page = text(client.get("/uk/support/"))
    dialled = re.findall(r'href="tel:([^"]+)">([^<]+)<', page)
    assert len(dialled) >= 8
    for number, shown in dialled:
        assert number == re.sub(r"[^+\d]", "", shown)
        assert " " not in shown


def contrast(one, other):
    def light(colour):
        colour = colour.lstrip("#")
        colour = "".join(c * 2 for c in colour) if len(colour) == 3 else colour
        parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_every_text_stands_out_from_its_ground(theme):
    css = Path(str(finders.find(CSS))).read_text()
    colours = dict(re.findall(r"--([a-z-]+): (#\w+);", re.findall(r":root \{(.*?)\}", css, re.DOTALL)[theme]))
    colours = {**dict(re.findall(r"--([a-z-]+): (#\w+);", css.split("@media")[0])), **colours}
    for text_colour, ground in [("ink", "paper"), ("soft", "paper"), ("deep", "paper"), ("wrong", "paper"),
                                ("on-deep", "deep"), ("ink", "pale"), ("deep", "pale")]:  # fmt: skip
        assert contrast(colours[text_colour], colours[ground]) >= 4.5
    assert contrast(colours["line"], colours["paper"]) >= 3


@pytest.mark.parametrize("how", ["400", "403", "500"])
@pytest.mark.parametrize(("language", "words"), [("uk", "На головну сторінку"), ("en", "To the start page")])
def test_a_page_that_fails_says_so_calmly_and_tells_nothing(families_pages, how, language, words):
    families_pages.ROOT_URLCONF = "tests.portal.urls"
    page = Client(raise_request_exception=False).get(f"/{language}/breaks/{how}/")
    assert page.status_code == int(how)
    assert words in text(page)
    assert SECRET not in text(page)


def test_the_page_of_our_own_fault_needs_no_database(families_pages, django_assert_num_queries):
    families_pages.ROOT_URLCONF = "tests.portal.urls"
    with django_assert_num_queries(0):
        Client(raise_request_exception=False).get("/uk/breaks/500/")


def test_no_page_is_kept_by_a_browser_or_runs_a_script_or_sees_and_hears_a_family(client):
    for path in ("/uk/", "/uk/report/", "/uk/report/name/", "/uk/my-report/"):
        headers = client.get(path).headers
        assert headers["Cache-Control"] == "no-store, private"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "script-src" not in headers["Content-Security-Policy"]
        for power in ("camera", "microphone", "geolocation"):
            assert f"{power}=()" in headers["Permissions-Policy"].split(", ")
