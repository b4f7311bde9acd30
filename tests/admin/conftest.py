"""Tests of the admin speak English and hash passwords fast."""

import pytest


@pytest.fixture(autouse=True)
def _quick_and_english(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.LANGUAGE_CODE = "en"
