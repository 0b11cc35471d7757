"""`manage.py learn`: teaching from files, looking at what was learnt, correcting it, and measuring it."""

import pytest
from django.core.management import CommandError, call_command

from gateway.models import LearningExample, LearntVersion, Message
from tests.gateway.learning.conftest import KINDS, learn, teach_letters
from tests.gateway.learning.mail_written import letter


def run(*arguments):
    call_command("learn", *map(str, arguments), verbosity=0)


@pytest.fixture
def written(tmp_path):
    """A folder with folders phishing, spam and ham, of 30 letters each."""
    for kind in KINDS:
        folder = tmp_path / "mail" / kind
        folder.mkdir(parents=True)
        for number in range(30):
            (folder / f"{number}.eml").write_bytes(letter(kind, number))
    return tmp_path / "mail"


def test_files_are_taught_once_and_not_stored(written, capsys):
    run("--as", "spam", written / "spam")
    run("--as", "spam", written / "spam")
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("30 new decisions, 0 could not be read.")
    assert second.startswith("0 new decisions")
    assert LearningExample.objects.using("gateway").filter(label="spam", origin="command").count() == 30
    assert not Message.objects.using("gateway").exists()


def test_a_file_that_is_no_mail_is_told_and_the_others_are_taught(written, capsys):
    (written / "ham" / "outlook.msg").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600))
    with pytest.raises(SystemExit):
        run("--as", "ham", written / "ham")
    told = capsys.readouterr()
    assert "30 new decisions, 1 could not be read" in told.out
    assert "outlook.msg" in told.err


def test_without_arguments_it_tells_what_was_learnt(capsys):
    run()
    assert "No say yet" in capsys.readouterr().out
    teach_letters(101)
    run("--now")
    told = capsys.readouterr().out
    assert "Verdicts listen to version" in told
    assert "of 101 phishing, 101 spam, 101 ham" in told


def test_decisions_are_listed_and_taken_back(capsys):
    teach_letters(2, kinds=("ham",), by="mallory")
    run("--decisions", "--by", "mallory")
    assert capsys.readouterr().out.count("mallory") == 2
    run("--take-back", "--by", "mallory")
    assert capsys.readouterr().out.startswith("2 decisions taken back.")
    one = LearningExample.objects.using("gateway").first()
    run("--decisions", "--id", one.pk)
    assert "(taken back)" in capsys.readouterr().out


def test_why_names_the_words_and_the_decisions_that_are_alike(written, capsys):
    teach_letters(101)
    learn()
    run("--why", written / "phishing" / "3.eml")
    told = capsys.readouterr().out
    assert "reads like phishing" in told
    assert "100% alike" in told


def test_it_is_measured_over_time_and_on_other_mail_without_being_kept(written, tmp_path, capsys):
    run("--try", written)
    assert "phishing" in capsys.readouterr().out
    run("--try", written, "--against", written)
    told = capsys.readouterr().out
    assert "Caught is SPAM or graver." in told
    assert not LearntVersion.objects.using("gateway").exists()
    assert not LearningExample.objects.using("gateway").exists()


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--as", "spam"], "Name files"),
        (["somewhere"], "Say what to do"),
        (["--take-back"], "Say which decisions"),
        (["--take-back", "--since", "yesterday"], "is no time"),
        (["--take-back", "--since", "2026-99-01T00:00"], "is no time"),
        (["--turn-back", "9"], "no version 9"),
        (["--try", "/nowhere"], "has no folder"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments, why):
    with pytest.raises(CommandError, match=why):
        run(*arguments)
