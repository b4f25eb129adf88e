"""EDGE: the staff's desk. Lists come in, pairs are decided; nothing here sends anything by itself."""

from django.contrib import admin

from matching.admin import calibrations, corrections, exchanges, lists_desk, review_desk

# Named by itself: as "admin/index.html" the theme's own page of that name would be found first.
admin.site.index_template = "matching/dashboard.html"

__all__ = ["calibrations", "corrections", "exchanges", "lists_desk", "review_desk"]
