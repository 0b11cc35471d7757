"""Which passwords are refused, and which are not."""

import pytest
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError


@pytest.fixture
def anna(settings):
    settings.GATEHOUSE_PASSWORD_WORDS = ["Acme Corp"]
    settings.GATEHOUSE_URL = "https://mailguard.initech.example"
    return User(username="anna.schmidt", email="a.schmidt@soc.example")


@pytest.mark.parametrize(
    "password",
    [
        "Password1234!",
        "P@ssw0rd2026!!",
        "gatehouse2026!",
        "G4teh0use-2026",
        "Summer2026!!!!",
        "AcmeCorp2026!!",
        "Initech-123456",
        "Mailguard!!2026",
        "schmidt-schmidt-1",
        "qwertyuiop1234",
        "123456789012345",
        "short",
    ],
)
def test_what_is_tried_first_is_refused(anna, password):
    with pytest.raises(ValidationError):
        validate_password(password, anna)


@pytest.mark.parametrize(
    "password",
    [
        "long enough to be one",
        "correct horse battery staple",
        "twelve walls of grey stone",
        "h7Kq9-Zr2mW-xx4P",
        "лодка и серый камень",
    ],
)
def test_phrases_and_random_ones_are_taken(anna, password):
    validate_password(password, anna)


def test_the_password_of_now_is_not_another_one():
    user = User(pk=1, username="bo")
    user.set_password("twelve walls of grey stone")
    with pytest.raises(ValidationError, match="have already"):
        validate_password("twelve walls of grey stone", user)
    validate_password("eleven walls of grey stone", user)
