"""EDGE: the staff's desk. Lists come in, pairs are decided; nothing here sends anything by itself."""

from matching.admin import exchanges, lists_desk, review_desk

__all__ = ["exchanges", "lists_desk", "review_desk"]
