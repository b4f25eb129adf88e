"""The walls of the house stand: docs/architecture.md draws them, these tests keep them."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

ROOT = Path(__file__).parent.parent
PACKAGES = ("familylink", "matching", "notifications")
OURS = [
    path
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
    if "migrations" not in path.parts
]


def test_imports_point_down():
    # A process of its own: it silences every logger that there is, and other tests read what is logged.
    program = Path(sys.executable).with_name("lint-imports")
    checked = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("path", OURS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_import_hides_inside_a_function(path):
    functions = [
        node
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    hidden = [
        node.lineno
        for f in functions
        for node in ast.walk(f)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not hidden


def test_what_the_database_keeps_the_time_of_is_not_measured_by_a_machines_own_clock():
    by_their_own = re.compile(r"(timezone|datetime)\.(now|utcnow)\(")
    told = [str(path.relative_to(ROOT)) for path in OURS if by_their_own.search(path.read_text("utf-8"))]
    assert told == ["familylink/reports/models/contact.py"]  # of many at once, and half a year: it says why


def test_everything_at_the_root_is_what_tools_look_for_there():
    tracked = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    known = {
        *("manage.py", "familylink", "matching", "notifications", "tests", "docs", "README.md"),
        *("requirements.in", "requirements.txt", "pyproject.toml", "Makefile", "Dockerfile", "compose.yaml"),
    }
    assert tracked - known == set()


def test_the_image_holds_every_package_and_nothing_else():
    copied = re.findall(r"^COPY (\S+)", (ROOT / "Dockerfile").read_text("utf-8"), re.M)
    assert set(copied) == {"requirements.txt", "manage.py", *PACKAGES}
    sent = re.findall(r"^!(\S+)", (ROOT / ".dockerignore").read_text("utf-8"), re.M)
    assert set(sent) == set(copied)


def test_every_dependency_has_its_reason_beside_it():
    for file in ("requirements.in", "tests/requirements.in"):
        lines = (ROOT / file).read_text("utf-8").splitlines()
        unexplained = [
            line for line in lines if line and not line.startswith(("#", "-r")) and "# " not in line
        ]
        assert not unexplained, file


def test_every_pin_carries_hashes():
    text = (ROOT / "requirements.txt").read_text("utf-8")
    pins = re.findall(r"^[a-z0-9][^\n]*==[^\n]*(?:\n {4}--hash=sha256:[0-9a-f]{64} ?\\?)+", text, re.M)
    assert len(pins) == len(re.findall(r"^[a-z0-9].*==", text, re.M)) > 30


def our_models():
    """Whose tables are ours: a proxy of the framework's accounts only carries triggers."""
    models = (model for model in apps.get_models() if not model._meta.proxy)
    return [model for model in models if model.__module__.split(".")[0] in PACKAGES]


def test_every_model_with_a_sealed_field_has_a_key_made_by_the_client():
    """The row's key is part of what seals the value, so it must be known before the row is written."""
    sealed = [
        model
        for model in our_models()
        if any(type(field).__name__.startswith("Sealed") for field in model._meta.fields)
    ]
    assert len(sealed) >= 8
    assert [model for model in sealed if not isinstance(model._meta.pk, models.UUIDField)] == []


def test_what_identifies_a_person_is_sealed():
    telling = re.compile(
        r"name$|surname|patronymic|birth|address$|phone|email|circumstances|note$|^raw$|^body$|^to$|code_word"
    )
    harmless = {"filename", "source_name", "name"}  # of a list, its source, an exchange: never of a family
    bare = [
        f"{model.__name__}.{field.name}"
        for model in our_models()
        for field in model._meta.fields
        if telling.search(field.name)
        and field.name not in harmless
        and isinstance(field, models.CharField | models.TextField | models.JSONField | models.DateField)
    ]
    assert bare == []


def test_every_beat_entry_is_a_task_that_exists():
    from familylink.celery import app

    app.loader.import_default_modules()
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert entry["task"] in app.tasks


def test_every_queue_is_one_that_a_plain_worker_reads():
    queues = {queue.name for queue in settings.CELERY_TASK_QUEUES}
    routed = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}
    assert routed | {settings.CELERY_TASK_DEFAULT_QUEUE} <= queues
    # Two queues bound by one key would each get every message.
    assert len({queue.routing_key for queue in settings.CELERY_TASK_QUEUES}) == len(queues)


def test_every_setting_read_from_the_environment_is_documented():
    source = (ROOT / "familylink" / "settings.py").read_text("utf-8")
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source)) | set(
        re.findall(r'"([A-Z_]+)" (?:not )?in env', source)
    )
    documented = (ROOT / "docs" / "operations.md").read_text("utf-8")
    assert {name for name in read if f"`{name}`" not in documented} == set()


def test_the_map_names_every_part_of_the_house():
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    rooms = [ROOT / package for package in (*PACKAGES, "familylink/reports", "familylink/portal")]
    parts = [path for room in rooms for path in room.iterdir() if path.suffix == ".py" or path.is_dir()]
    plain = {"__init__", "__pycache__", "apps", "urls", "wsgi", "migrations", "locale", "static", "templates"}
    lines = " ".join(line for line in text.splitlines() if line.startswith("|"))
    named = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`([^`]+)`", lines))))
    assert {path.stem for path in parts} - plain - named == set()
