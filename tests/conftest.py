"""What every test needs of the service: its static files as they lie in the tree."""

import pytest
from django.conf import settings as project


def pytest_sessionstart() -> None:
    project.STATIC_ROOT.mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def _static_files_as_they_lie(settings):
    # The manifest that production serves from is made by collectstatic, which a test has no use for.
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
