"""The web process's entry point (gunicorn familylink.wsgi)."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "familylink.settings")

application = get_wsgi_application()
import_string("familylink.reports.known_keys.compare_at_start")()
import_module(settings.ROOT_URLCONF)  # all pages and the desk, before the first family waits for one
