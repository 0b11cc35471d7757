"""Bounds on JSON bodies: depth, number of values, size, and encoding."""

import json

import pytest

from gateway.api.json_limits import DEEPEST, MOST_VALUES, TooComplex, check_json

pytestmark = pytest.mark.django_db(databases=["default", "gateway"])


@pytest.mark.parametrize("depth", [DEEPEST + 1, 480, 900, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_json_that_is_nested_too_deep_is_refused_clearly(http, depth, opening, closing):
    answer = http.post("/investigate/release", content=opening * depth + "1" + closing * depth)
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["message"] in {
        f"The body is nested more than {DEEPEST} levels deep",
        f"The body has more than {MOST_VALUES:,} values",
    }


def test_json_with_too_many_values_is_refused_clearly(http):
    answer = http.post("/investigate/release", content="[" + "[]," * MOST_VALUES + "[]]")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"] == f"The body has more than {MOST_VALUES:,} values"


def test_a_body_over_the_bound_is_refused(http):
    answer = http.post("/investigate/release", content=json.dumps(["x" * 1_000_000]))
    assert answer.status_code == 413


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32"])
def test_only_utf_8_is_json(http, encoding):
    answer = http.post("/investigate/release", content='{"ids": []}'.encode(encoding))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"] == "The body is not JSON"


def test_brackets_and_commas_in_strings_do_not_count():
    check_json(json.dumps(["[" * 10_000, "," * 30_000, '"{\\"' * 10_000]).encode())


@pytest.mark.parametrize("text", [b'"' + b'\\"' * 500_000, b'"' * 999_999, b'"\\' * 500_000 + b"\\"])
def test_strings_without_an_end_are_read_once(text):
    check_json(text)


def test_what_looks_like_a_string_hides_nothing():
    with pytest.raises(TooComplex):
        check_json(b'"\\\\"' + b"[" * 40)
