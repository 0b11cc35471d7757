"""Shared implementation of the operations on settings: list, read, create, edit, delete and batch responses."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import CharField, F, Q, QuerySet
from django.db.models.functions import Lower
from django.http import HttpResponse
from pydantic import BaseModel

from api_client import models as contract
from gateway.api.answers import answer, wire
from gateway.api.operations.settings.changes import Changes, Done, Entry, Kind, carry_out, created, patched
from gateway.api.operations.settings.reading import ListQuery, SearchQuery, page_info
from gateway.api.problems import not_found
from gateway.api.registry import Call
from gateway.models.setting import Setting
from gateway.store.policy_cache import DATABASE

Row = TypeVar("Row", bound=Setting)
Shown = Callable[[Row], BaseModel]


def rows(kind: Kind[Row], call: Call) -> "QuerySet[Row]":
    """Return the account's settings of a kind."""
    return kind.model._default_manager.using(DATABASE).filter(account_id=call.account_id)


def searched(found: "QuerySet[Row]", query: SearchQuery, *columns: str) -> "QuerySet[Row]":
    """Return the rows that hold the search term in one of the columns, whatever its case."""
    term = (query.search or "").strip()
    if not term:
        return found
    wanted = Q()
    for column in columns:
        wanted |= Q(**{f"{column}__icontains": term})
    return found.filter(wanted)


def ordered(found: "QuerySet[Row]", query: SearchQuery, order: str | None) -> "QuerySet[Row]":
    """Return the rows in the order asked for: ascending, where a column but no direction was named."""
    column = order or "created_at"
    descending = query.direction == "desc" if query.direction or order else True
    field = found.model._meta.get_field(column)
    by = Lower(column) if isinstance(field, CharField) else F(column)
    if descending:
        return found.order_by(by.desc(), "-pk")
    return found.order_by(by.asc(), "pk")


def listed(found: "QuerySet[Row]", query: ListQuery, shown: Shown[Row]) -> HttpResponse:
    """Return the page of the rows that the query asks for; past the end it is empty."""
    start = (query.page - 1) * query.per_page
    total = found.count()
    page = list(found[start : start + query.per_page]) if start < total else []
    return answer([shown(row) for row in page], result_info=page_info(query, count=len(page), total=total))


def identifier(kind: Kind[Row], call: Call) -> UUID:
    """Return the id of the path.

    :raises Problem: 404 for what is no id.
    """
    name = next(text for key, text in call.path.items() if key != "account_id")
    try:
        return UUID(name)
    except ValueError:
        raise not_found(kind.noun) from None


def one(kind: Kind[Row], call: Call) -> Row:
    """Return the setting of the path.

    :raises Problem: 404.
    """
    row = rows(kind, call).filter(pk=identifier(kind, call)).first()
    if row is None:
        raise not_found(kind.noun)
    return row


def create(kind: Kind[Row], call: Call, shown: Shown[Row]) -> HttpResponse:
    """Make the setting of the body."""
    done = carry_out(kind, call.account_id, Changes(posts=[created(call.body)]))
    return answer(shown(done.posts[0]), status=201)


def edit(kind: Kind[Row], call: Call, shown: Shown[Row]) -> HttpResponse:
    """Set what the body sends on the setting of the path."""
    changes = Changes(patches=[patched(call.body, identifier(kind, call))])
    return answer(shown(carry_out(kind, call.account_id, changes).patches[0]))


def delete(kind: Kind[Row], call: Call) -> HttpResponse:
    """Delete the setting of the path."""
    done = carry_out(kind, call.account_id, Changes(deletes=[Entry("", identifier(kind, call))]))
    return answer(deleted_ids(done)[0])


def changed(done: Done[Row], shown: Shown[Row]) -> HttpResponse:
    """Return what a batch did."""
    return answer(
        {
            "deletes": [wire(entry) for entry in deleted_ids(done)],
            "patches": [wire(shown(row)) for row in done.patches],
            "puts": [wire(shown(row)) for row in done.puts],
            "posts": [wire(shown(row)) for row in done.posts],
        }
    )


def deleted_ids(done: Done[Any]) -> list[contract.Deleted]:
    """Return the ids of what was deleted."""
    return [contract.Deleted(id=str(identifier)) for identifier in done.deletes]
