"""Promises about the whole service: who may open what, and what a log may hold."""

import logging
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib import admin
from django.core import checks
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddField
from django.db.models import NOT_PROVIDED
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation

from familylink.checks import dangerous_settings
from familylink.logs import WithoutData
from matching import review
from matching.models import Match, Verdict
from notifications import recovery
from notifications.models import SunkMessage
from tests.factories import a_committed_list, a_report, a_reviewer, match_all

# Pages that anybody may open, by the name of their pattern; each is one that must not need a sign-in.
PUBLIC_NAMESPACES = {"portal"}
PUBLIC = {"set_language", "twilio-status", "admin:login", "admin:logout", "admin:jsi18n"}


def patterns(resolver=None, prefix="", namespace=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, path, pattern.namespace or namespace)
        elif isinstance(pattern, URLPattern):
            yield namespace, pattern.name or "", path


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_a_process_of_the_version_before_can_write_after_a_migration():
    """It does not name the new column: the database must know what to write there. The rule is younger than some."""
    before_the_rule = {"reports": "0020", "matching": "0016", "notifications": "0007"}
    added = {
        (app, step.model_name, step.name)
        for (app, name), migration in MigrationLoader(None).disk_migrations.items()
        if app in before_the_rule and name > before_the_rule[app]
        for step in migration.operations
        if isinstance(step, AddField)
    }
    columns = [field for model in apps.get_models() for field in model._meta.local_concrete_fields]
    new = [
        one for one in columns if (one.model._meta.app_label, one.model._meta.model_name, one.name) in added
    ]
    assert new
    assert [str(one) for one in new if not one.null and one.db_default is NOT_PROVIDED] == []


@pytest.mark.parametrize("language", ["uk", "en", "ru"])
def test_no_group_of_pages_is_named_like_a_page_in_it(language):
    """ "Reports › Reports" above a page says nothing of where it stands."""
    with translation.override(language):
        alike = [
            str(model)
            for model in apps.get_models()
            if admin.site.is_registered(model)
            and str(model._meta.app_config.verbose_name).casefold()
            == str(model._meta.verbose_name_plural).casefold()
        ]
    assert alike == []


@pytest.mark.django_db
def test_every_staff_page_asks_for_a_sign_in(client):
    opened = []
    for namespace, name, path in patterns():
        if namespace in PUBLIC_NAMESPACES or name in PUBLIC or f"{namespace}:{name}" in PUBLIC:
            continue
        if "<" in path or "(?P" in path:
            path = path.replace("<path:object_id>", "1").replace("<int:run_id>", "1")
        if "<" in path or "^" in path:
            continue
        response = client.get("/" + path)
        if response.status_code == 200:
            opened.append(path)
    assert opened == []


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ({"SENDING": "Send"}, "familylink.W001"),
        ({"SENDING": "send", "IS_BARE": False}, "familylink.W002"),
        ({"IS_BARE": False, "STAFF_NEED_SECOND_FACTOR": False}, "familylink.E003"),
        ({"DEBUG": True, "SENDING": "send"}, "familylink.E002"),
        ({"DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3"}}}, "familylink.E001"),
    ],
)
@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
def test_each_dangerous_setting_is_a_numbered_message_with_a_hint(settings, change, finding):
    for name, value in change.items():
        setattr(settings, name, value)
    found = {message.id: message for message in dangerous_settings(None)}
    assert found[finding].hint


def test_the_service_as_it_is_has_no_error_of_its_own():
    assert any(
        path.startswith("admin/matching/match/") for _, _, path in patterns()
    )  # the desk is checked too
    assert [message for message in checks.run_checks() if message.level >= checks.ERROR] == []


@pytest.mark.django_db(transaction=True)
def test_a_whole_wave_leaves_no_name_number_or_text_in_the_log(caplog, settings):
    settings.SENDING = "send"
    with caplog.at_level(logging.DEBUG):
        a_report(email="nina@example.org", place="Полтава")
        a_committed_list()
        match_all()
        match = Match.objects.get()
        for reviewer in (a_reviewer(), a_reviewer()):
            review.decide(
                match.pk, reviewer=reviewer, verdict=Verdict.SAME, note="так", revision=match.revision
            )
        recovery.sweep()
    assert SunkMessage.objects.count() == 2
    telling = ("Вересняк", "Александр", "Полтава", "380990000001", "nina@example.org", "новина", "1987")
    # The database driver's own debug lines never leave a production log: settings keep them at WARNING.
    lines = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    assert not [line for line in lines if any(word in line for word in telling)]


def test_no_statement_with_a_familys_data_gets_into_the_log_of_postgresql_in_containers():
    told = (Path(__file__).parent.parent / "compose.yaml").read_text().partition("image: postgres")[2]
    command = told.partition("command:")[2].partition("restart:")[0].split()
    assert {"log_min_error_statement=panic", "log_error_verbosity=terse"} <= set(command)


def test_an_address_that_somebody_typed_is_not_logged(client, caplog):
    client.get("/uk/report/Вересняк-Олександр/")
    (record,) = [one for one in caplog.records if one.name == "django.request"]
    assert WithoutData("{message}", style="{").format(record) == "Not Found: no page of ours"


def test_a_logged_exception_says_where_and_not_what():
    try:
        raise ValueError("Вересняк Олександр is no number")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "request failed", None, sys.exc_info())
    text = WithoutData("{message}", style="{").format(record)
    assert "ValueError" in text
    assert "test_project" in text
    assert "Вересняк" not in text.replace('raise ValueError("Вересняк Олександр is no number")', "")
