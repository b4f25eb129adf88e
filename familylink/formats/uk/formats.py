"""Django looks for the forms of a language here."""

from familylink.formats import *  # noqa: F403  # each of them is a form
