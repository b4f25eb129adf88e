"""What using the pages leaves in the database, beside what they are for: a thief finds nobody there either."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from axes.models import AccessAttempt
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from familylink.reports.models import Draft, Report
from matching import name_counts
from matching.models import NameCount, RefusedRow
from tests import canaries
from tests.factories import a_received_list, a_reviewer
from tests.portal.conftest import answer, file_and_prove
from tests.test_stolen_database import copied, dumped, seen

pytestmark = pytest.mark.django_db(transaction=True)

FAMILY = canaries.FAMILIES[0]
TOLD = {
    "surname": FAMILY["surname"],
    "given_name": FAMILY["given"],
    "patronymic": FAMILY["patronymic"],
    "russian_name": "Вересняченко Любослав",
    "passport_name": "Veresniachenko Liuboslav",
    "place": FAMILY["place"],
    "unit": FAMILY["unit"],
    "circumstances": canaries.CIRCUMSTANCES,
    "phone": FAMILY["phone"],
}


def files_twice_and_begins_a_third() -> None:
    """Two men of one name, so that it is counted; and a draft that is left lying."""
    for year in ("1979", "1981"):
        file_and_prove(Client(), **TOLD, birth_year=year)
    client = Client()
    client.post("/uk/report/")
    answer(client, "name", **{part: TOLD[part] for part in ("surname", "given_name", "patronymic")})


def corrects_a_person() -> None:
    client, person = Client(), Report.objects.latest("filed_at").missing_person
    lead = a_reviewer()
    lead.is_superuser = True
    lead.save()
    client.force_login(lead)
    page = reverse("admin:reports_missingperson_change", args=[person.pk])
    form = client.get(page).context["adminform"].form
    names = list(person.names.order_by("position"))
    typed = {name: form[name].value() or "" for name in form.fields} | {
        "place": "Снегириноград",
        "names-TOTAL_FORMS": str(len(names)),
        "names-INITIAL_FORMS": str(len(names)),
    }
    for place, name in enumerate(names):
        for field in ("id", "kind", "surname", "given_name", "patronymic", "full_name"):
            typed[f"names-{place}-{field}"] = str(getattr(name, field))
        typed[f"names-{place}-missing_person"] = str(person.pk)
    assert client.post(page, typed).status_code == 302


def searches_signed_out_and_mistypes_the_password() -> None:
    client = Client()
    searched = f"{reverse('admin:reports_report_changelist')}?q={quote(FAMILY['surname'])}"
    sign_in = client.get(searched).headers["Location"]
    client.post(sign_in, {"username": a_reviewer().username, "password": "not-this-one", "next": searched})


def sessions() -> bytes:
    """What a thief reads in them: they are signed, packed and coded, and not sealed."""
    kept = [session.get_decoded() for session in Session.objects.all()]
    return json.dumps(kept, ensure_ascii=False).encode()


@pytest.mark.parametrize("steal", [dumped, copied])
def test_what_pages_and_counts_leave_behind_shows_nobody(steal: Any) -> None:
    files_twice_and_begins_a_third()
    corrects_a_person()
    searches_signed_out_and_mistypes_the_password()
    a_received_list("Хтось Інший;31.02.1980", heading=f"ПІБ;Дата народження {FAMILY['surname']}")
    while name_counts.count_next(least_persons=1):
        pass
    for left in (Draft, Session, LogEntry, AccessAttempt, RefusedRow, NameCount):
        assert left.objects.exists(), f"{left.__name__}: what is not there proves nothing"
    told = [*TOLD.values(), "Снегириноград", "Вереснякова Ніна", "1979-03-12"]
    assert seen(steal() + sessions(), told) == set()
