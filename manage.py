#!/usr/bin/env python
"""Django's command line for FamilyLink."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    if sys.argv[1:2] == ["match_files"]:
        # It needs no setting, and starting all of Django would be a sixth of its time.
        from matching.management.commands.match_files import Command

        Command().run_from_argv(sys.argv)
        sys.exit()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "familylink.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"{error} (docs/operations.md, Settings)")
