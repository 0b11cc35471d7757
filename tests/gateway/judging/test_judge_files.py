"""`manage.py judge`: verdicts on files, and measurements on labelled mail, without storing anything."""

import json

import pytest
from django.core.management import CommandError, call_command

from gateway.judging.cases import Expectation, read_case
from gateway.models import Message
from tests.gateway.mails import GTUBE, mail
from tests.gateway.policy_rows import block

LURE = (
    "Your account has been suspended. Verify your account within 24 hours and confirm your password: "
    "https://acme-login.pages.dev/verify"
)


def run(*arguments):
    call_command("judge", *map(str, arguments), verbosity=0)


@pytest.fixture
def labelled(tmp_path):
    """A folder of labelled mail: one of each label is judged right, one phish is missed, one ham is caught."""
    root = tmp_path / "labelled"
    letters = {
        "phishing/lure": mail(body=LURE, sender="Support <a@sender.test>"),
        "phishing/missed": mail(body="See you."),
        "spam/test line": mail(body=GTUBE),
        "ham/lunch": mail(),
        "ham/wronged": mail(body=GTUBE),
    }
    for name, raw in letters.items():
        path = root / f"{name}.eml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
    return root


def test_each_message_is_a_line_and_nothing_is_stored(tmp_path, capsys):
    (tmp_path / "spam.eml").write_bytes(mail(body=GTUBE))
    (tmp_path / "box").write_bytes(b"From ann@partner.example Mon Jan  5 10:00:00 2026\n" + mail(body="Hello"))
    run(tmp_path / "spam.eml", tmp_path / "box")
    spam, clean = capsys.readouterr().out.splitlines()
    assert spam.startswith(f"{tmp_path / 'spam.eml'}: SPAM (1.00) The test message for spam filters: it holds")
    assert clean == f"{tmp_path / 'box'}#1: NONE (0.00) [no findings]"
    assert not Message.objects.using("gateway").exists()


def test_the_accounts_settings_count_unless_the_rules_are_asked_for_alone(tmp_path, capsys):
    block("partner.example")
    path = tmp_path / "one.eml"
    path.write_bytes(mail())
    run(path)
    run(path, "--rules-alone")
    blocked, alone = capsys.readouterr().out.splitlines()
    assert ": MALICIOUS " in blocked
    assert ": NONE " in alone


def test_a_file_that_cannot_be_read_is_named_and_the_rest_goes_on(tmp_path, capsys):
    (tmp_path / "one.eml").write_bytes(mail())
    with pytest.raises(SystemExit) as exit_:
        run(tmp_path / "missing.eml", tmp_path / "one.eml", "--json")
    assert exit_.value.code == 1
    missing, one = map(json.loads, capsys.readouterr().out.splitlines())
    assert missing["error"] == "No such file or directory"
    assert (one["disposition"], one["error"]) == ("NONE", None)


def test_a_measurement_counts_by_label(labelled, capsys):
    run("--labels", labelled, "--json")
    *lines, last = map(json.loads, capsys.readouterr().out.splitlines())
    assert len(lines) == 5
    assert last["caught"] == {"phishing": 0.5, "spam": 1.0, "ham": 0.5}
    assert last["as_threat"] == {"phishing": 0.5, "spam": 0.0, "ham": 0.0}
    assert last["harmless"] == {"phishing": 0.5, "spam": 0.0, "ham": 0.5}
    assert last["detectors"]["gtube"] == {"findings": {"spam": 1, "ham": 1}, "alone": {"spam": 1, "ham": 1}}
    assert last["detectors"]["credentials"]["alone"] == {"phishing": 1}
    # The worst ham has the highest score, so nothing is above it.
    assert [entry["recall"] for entry in last["recall"]] == [{"phishing": 0.0, "spam": 0.0}] * 2


def test_a_measurement_names_the_worst_mistakes(labelled, capsys):
    run("--labels", labelled)
    out = capsys.readouterr().out
    mistakes = out[out.index("The worst mistakes") :].splitlines()[1:]
    assert [line.split(".eml")[0].rsplit("/", 1)[1] for line in mistakes] == ["wronged", "missed"]


@pytest.mark.parametrize("arguments", [(), ("one.eml", "--labels", "folder")])
def test_what_to_judge_is_named_once(arguments):
    with pytest.raises(CommandError, match="Name files or folders"):
        run(*arguments)


def test_a_folder_without_labels_is_refused(tmp_path):
    with pytest.raises(CommandError, match="has no folder phishing, spam, ham"):
        run("--labels", tmp_path)


def test_a_wrong_verdict_becomes_a_case(tmp_path):
    cases = tmp_path / "cases"
    path = tmp_path / "wrong.eml"
    path.write_bytes(mail(body="Hello bo@acme.example", to="Bo <BO@acme.example>"))
    run(path, "--as-case", "at-least SPAM", "lures/hello", "--cases", cases)
    expected, raw = read_case((cases / "lures" / "hello.eml").read_bytes())
    assert expected == Expectation.of("at-least SPAM")
    assert b"bo@" not in raw.lower()
    assert raw.count(b"reader@acme.example") == 2


@pytest.mark.parametrize(
    ("expected", "name", "why"),
    [("GOOD", "a", "no disposition"), ("SPAM", "../a", "has to lie in"), ("SPAM", "there", "exists")],
)
def test_a_case_that_would_do_harm_is_refused(tmp_path, expected, name, why):
    cases = tmp_path / "cases"
    cases.mkdir()
    (cases / "there.eml").write_bytes(b"X-Expect: NONE\n\n")
    (tmp_path / "one.eml").write_bytes(mail())
    with pytest.raises(CommandError, match=why):
        run(tmp_path / "one.eml", "--as-case", expected, name, "--cases", cases)
