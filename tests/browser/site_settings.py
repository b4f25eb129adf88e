"""The settings of the web process in these tests: the service's own; static files straight from where they lie."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher

from familylink.settings import *  # noqa: F403
from familylink.settings import STORAGES as PROJECT_STORAGES

# Compressing the admin theme takes longer than half of these tests.
STORAGES = {
    **PROJECT_STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
ROOT_URLCONF = "tests.browser.urls"
REPORT_LEAST_SECONDS = 0  # a robot is what these tests are
# As in the tests' own process, else whoever signs in gets a new hash, and that is on record.
PBKDF2PasswordHasher.iterations = 1
