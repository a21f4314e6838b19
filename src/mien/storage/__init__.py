"""Subjects, templates, attempts and API keys in SQL."""
