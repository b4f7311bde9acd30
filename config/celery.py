"""The Celery application: the doorbell between the database and the workers."""

import os

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from config import file_broker  # noqa: E402  (settings must be named first)

app = Celery("copydesk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
file_broker.register(settings.CELERY_BROKER_TRANSPORT_OPTIONS)
