"""The web process's entry point (gunicorn familylink.wsgi)."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "familylink.settings")

application = get_wsgi_application()
import_module(settings.ROOT_URLCONF)  # all pages and the desk, before the first family waits for one
