"""Every case in the folder `cases` is judged as it expects. `cases/README.md` says how to add one."""

from email.parser import BytesHeaderParser
from pathlib import Path

import pytest

from gateway.detect.verdict import SEVERITY
from gateway.importing.envelope import imported_envelope
from gateway.judging.cases import Expectation, read_case
from gateway.mail.parser import parse
from gateway.pipeline import evaluate
from gateway.policies.compiled_policy import Policy
from tests.gateway.detect.letters import CONTEXT

FOLDER = Path(__file__).with_name("cases")
CASES = sorted(FOLDER.rglob("*.eml"))


@pytest.mark.parametrize("path", CASES, ids=[str(path.relative_to(FOLDER).with_suffix("")) for path in CASES])
def test_a_case_is_judged_as_it_expects(path: Path) -> None:
    expected, raw = read_case(path.read_bytes())
    message = parse(raw)
    verdict = evaluate(message, imported_envelope(message), Policy(context=CONTEXT)).verdict
    said = [(finding.name, finding.score) for finding in verdict.findings]
    assert expected.wrong(verdict) == "", (verdict.disposition, verdict.score, said)


def test_there_are_as_many_lures_as_ordinary_mails() -> None:
    assert len(list((FOLDER / "ham").glob("*.eml"))) >= 40
    assert len(list((FOLDER / "lures").glob("*.eml"))) >= 40


def test_no_case_holds_an_address_that_somebody_may_have() -> None:
    for path in CASES:
        fields = BytesHeaderParser().parsebytes(path.read_bytes())
        assert "acme.example" in str(fields["to"]) or "X-Expect" in fields, path


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("NONE", {"NONE"}),
        ("SPAM MALICIOUS", {"SPAM", "MALICIOUS"}),
        ("at-most BULK", {"BULK", "NONE"}),
        ("at-least SPAM", {"MALICIOUS", "MALICIOUS-BEC", "SPOOF", "SPAM"}),
    ],
)
def test_an_expectation_names_dispositions(text: str, right: set[str]) -> None:
    expected = Expectation.of(text)
    assert {disposition for disposition in SEVERITY if disposition in expected.dispositions} == right


@pytest.mark.parametrize("text", ["", "HARMLESS", "at-least", "at-most SPAM BULK"])
def test_an_expectation_that_names_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="disposition"):
        Expectation.of(text)
