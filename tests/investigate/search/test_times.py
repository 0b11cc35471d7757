"""Times of a search: seconds count, and in the hour that comes twice the offset tells which one is meant."""

from datetime import UTC, datetime

import pytest
from django.http import QueryDict
from django.utils import timezone

from investigate.search.address import canonical_query, search_url
from investigate.search.form import SearchForm


def form_of(**fields: str) -> SearchForm:
    query = QueryDict(mutable=True)
    query.update(fields)
    form = SearchForm(query)
    assert form.is_valid(), form.errors
    return form


@pytest.mark.parametrize("operator", ["before", "after"])
def test_a_time_that_was_typed_with_seconds_means_that_second(operator):
    form = form_of(q=f"{operator}:2026-03-05T10:20:37Z")
    name = "end" if operator == "before" else "start"
    assert form.api_filters()[name] == datetime(2026, 3, 5, 10, 20, 37, tzinfo=UTC)
    again = SearchForm(canonical_query(form))
    assert again.is_valid()
    assert again.api_filters()[name] == datetime(2026, 3, 5, 10, 20, 37, tzinfo=UTC)


@pytest.mark.parametrize(("offset", "hour"), [("+02:00", 0), ("+01:00", 1)])
def test_the_offset_tells_which_of_two_hours_is_meant(offset, hour):
    with timezone.override("Europe/Berlin"):
        form = form_of(start=f"2026-10-25T02:30:00{offset}", end="2026-10-26T00:00:00+01:00")
        assert form.api_filters()["start"] == datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
        assert f"start=2026-10-25T02:30{offset.replace('+', '%2B')}" in search_url(canonical_query(form))


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("2026-03-05T10:20:37Z", "2026-03-05T11:20:37"),
        ("2026-03-05T10:20:00Z", "2026-03-05T11:20"),
        ("2026-03-05T10:20", "2026-03-05T10:20"),
        ("nonsense", "nonsense"),
    ],
)
def test_the_input_shows_the_viewer_s_time(given, shown):
    with timezone.override("Europe/Berlin"):
        form = SearchForm(QueryDict(f"start={given}"))
        assert f'value="{shown}"' in str(form["start"])
