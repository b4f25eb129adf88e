"""Compiles the translations without the gettext programs, which a bare machine does not have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Compile every locale/*/LC_MESSAGES/*.po of the project; those that are fresh are left alone."
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        stale = [catalogue for catalogue in catalogues(settings.BASE_DIR) if is_stale(catalogue)]
        for catalogue in stale:
            compile_catalogue(catalogue)
        self.stdout.write(f"{len(stale)} catalogues compiled")


def catalogues(top: Path) -> list[Path]:
    """The project's own catalogues: not those of the virtual environment below the same folder."""
    found = (
        path for package in top.iterdir() if not package.name.startswith(".") for path in _below(package)
    )
    return sorted(found)


def _below(package: Path) -> list[Path]:
    return list(package.rglob("locale/*/LC_MESSAGES/*.po")) if package.is_dir() else []


def is_stale(catalogue: Path) -> bool:
    compiled = catalogue.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime_ns < catalogue.stat().st_mtime_ns


def compile_catalogue(catalogue: Path) -> None:
    """Write the .mo beside it. Raises CommandError with file and line for a catalogue that cannot be read."""
    try:
        entries = polib.pofile(str(catalogue), encoding="utf-8", check_for_duplicates=True)
    except (OSError, ValueError, UnicodeDecodeError) as error:
        raise CommandError(f"{catalogue}: {error}") from error
    # Two processes may compile at the same time; a reader must never meet half a file.
    fresh = catalogue.with_suffix(".mo.new")
    entries.save_as_mofile(str(fresh))
    fresh.replace(catalogue.with_suffix(".mo"))
