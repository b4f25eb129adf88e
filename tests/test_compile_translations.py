"""Translations are compiled without gettext; a broken catalogue is named with its line."""

from __future__ import annotations

import gettext
import os
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from familylink.management.commands.compile_translations import catalogues, compile_catalogue, is_stale

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def a_catalogue(folder: Path, text: str, package: str = "portal") -> Path:
    path = folder / package / "locale" / "uk" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(HEAD + text)
    return path


def test_a_compiled_catalogue_translates(tmp_path: Path) -> None:
    catalogue = a_catalogue(tmp_path, 'msgid "wave"\nmsgstr "хвиля"\n')
    compile_catalogue(catalogue)
    with catalogue.with_suffix(".mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("wave") == "хвиля"


def test_a_fuzzy_guess_is_never_shown(tmp_path: Path) -> None:
    catalogue = a_catalogue(tmp_path, '#, fuzzy\nmsgid "released"\nmsgstr "загинув"\n')
    compile_catalogue(catalogue)
    with catalogue.with_suffix(".mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("released") == "released"


def test_a_catalogue_is_compiled_again_only_after_a_change(tmp_path: Path) -> None:
    catalogue = a_catalogue(tmp_path, 'msgid "wave"\nmsgstr "хвиля"\n')
    assert is_stale(catalogue)
    compile_catalogue(catalogue)
    assert not is_stale(catalogue)
    later = catalogue.with_suffix(".mo").stat().st_mtime + 5
    os.utime(catalogue, (later, later))
    assert is_stale(catalogue)


def test_a_broken_catalogue_is_refused_with_file_and_line(tmp_path: Path) -> None:
    catalogue = a_catalogue(tmp_path, 'msgid "wave"\nmsgstr "хвиля"\n\nthis is no entry\n')
    with pytest.raises(CommandError, match=r"django\.po.*line 8"):
        compile_catalogue(catalogue)
    assert not catalogue.with_suffix(".mo").exists()


def test_catalogues_of_the_virtual_environment_are_left_alone(tmp_path: Path) -> None:
    ours = a_catalogue(tmp_path, "")
    a_catalogue(tmp_path, "", package=".venv")
    assert catalogues(tmp_path) == [ours]
