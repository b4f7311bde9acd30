"""Wiring only: settings, URLs, the Celery application. Nothing here decides anything about copy."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
