"""Hundreds of tests make a dozen people each: their passwords are hashed fast here."""

import pytest

from tests.tenancy import world as worlds


@pytest.fixture(autouse=True)
def _fast_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def world(db):
    return worlds.build()
