"""The gateway's OpenAPI document, generated from the registered operations."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic import BaseModel, TypeAdapter

from api_client.models import ApiMessage, ResultInfo
from gateway.api.deprecated import is_served, without_deprecated
from gateway.api.registry import OPERATIONS, Operation
from gateway.models import Token

Schema = dict[str, Any]
_REF = "#/components/schemas/{model}"
_PATH_PARAMETERS: dict[str, Schema] = {
    "account_id": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
    "investigate_id": {"type": "string", "minLength": 1},
}
_ID: Schema = {"type": "string", "minLength": 1}


def document(server: str) -> Schema:
    """Return the OpenAPI 3.1 document of all operations, at the base URL `server`."""
    content = _document() if is_served() else _without_deprecated()
    return content | {"servers": [{"url": server}]}


@cache
def _without_deprecated() -> Schema:
    found: Schema = without_deprecated(_document())
    return found


@cache
def _document() -> Schema:
    schemas: Schema = {}
    paths: dict[str, Schema] = {}
    for operation in sorted(OPERATIONS, key=lambda known: (known.path, known.method)):
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, schemas)
    schemas["ApiMessage"] = _schema(ApiMessage, "serialization", schemas)
    schemas["ResultInfo"] = _schema(ResultInfo, "serialization", schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Gatehouse gateway",
            "version": "4",
            "description": "The Cloudflare Email Security API as this gateway serves it.",
        },
        "security": [{"token": []}, {"email": [], "key": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {"refusal": _refusal()},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "email": {"type": "apiKey", "in": "header", "name": "X-Auth-Email"},
                "key": {"type": "apiKey", "in": "header", "name": "X-Auth-Key"},
            },
        },
    }


def summary(operation: Operation) -> tuple[str, str]:
    """Return the first line and the rest of the docstring of the operation's handler."""
    first, _, rest = (operation.handler.__doc__ or "").strip().partition("\n")
    return first, " ".join(rest.split())


def _operation(operation: Operation, schemas: Schema) -> Schema:
    first, rest = summary(operation)
    found: Schema = {
        "operationId": operation.name,
        "summary": first,
        "tags": [_tag(operation)],
        "parameters": [*_path_parameters(operation), *_query_parameters(operation, schemas)],
        "responses": _responses(operation, schemas),
        "x-scope": "Write" if operation.scope == Token.Scope.WRITE else "Read",
        "x-right": operation.right.value,
    }
    if rest:
        found["description"] = rest
    if operation.body is not None:
        body = _schema(operation.body, "validation", schemas)
        found["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return found


def _tag(operation: Operation) -> str:
    parts = operation.path.partition("/email-security/")[2].split("/")
    return parts[1] if parts[0] == "settings" and len(parts) > 1 else parts[0]


def _path_parameters(operation: Operation) -> Iterator[Schema]:
    for name in operation.pattern.groupindex:
        schema = _PATH_PARAMETERS.get(name, _ID)
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _query_parameters(operation: Operation, schemas: Schema) -> Iterator[Schema]:
    if operation.params is None:
        return
    model = _schema(operation.params, "validation", schemas, inline=True)
    required = model.get("required", [])
    for name, schema in model["properties"].items():
        schema.pop("title", None)
        yield {"name": name, "in": "query", "required": name in required, "schema": _without_null(schema)}


def _without_null(schema: Schema) -> Schema:
    """Return the schema without null. A query string has no null: an optional parameter may be left out instead."""
    kinds = [kind for kind in schema.get("anyOf", []) if kind != {"type": "null"}]
    if len(kinds) == 1:
        only: Schema = kinds[0]
        return only | {key: value for key, value in schema.items() if key not in {"anyOf", "default"}}
    return {key: value for key, value in schema.items() if not (key == "default" and value is None)}


def _responses(operation: Operation, schemas: Schema) -> Schema:
    content: Schema = {"application/json": {"schema": _envelope(operation, schemas)}}
    for kind in operation.also:
        content[kind] = {"schema": {}}
    found: Schema = {str(operation.status): {"description": "Success.", "content": content}}
    if operation.may_promise:
        empty = _envelope(operation, schemas)
        empty["properties"]["result"] = {"type": "array", "maxItems": 0}
        found["202"] = {
            "description": "The search goes on; the result will be at the Location.",
            "headers": {"Location": {"schema": {"type": "string"}, "required": True}},
            "content": {"application/json": {"schema": empty}},
        }
    if operation.may_wait:
        found["202"] = {
            "description": "Nothing was done yet: it waits for a second person, as the bulk job at the Location.",
            "headers": {"Location": {"schema": {"type": "string"}, "required": True}},
            "content": {"application/json": {"schema": _envelope(operation, schemas)}},
        }
    if operation.may_be_empty:
        found["204"] = {"description": "There is nothing yet."}
    return found | {
        "4XX": {"$ref": "#/components/responses/refusal"},
        "5XX": {"$ref": "#/components/responses/refusal"},
    }


def _envelope(operation: Operation, schemas: Schema) -> Schema:
    messages = {"type": "array", "items": {"$ref": "#/components/schemas/ApiMessage"}}
    properties: Schema = {
        "success": {"const": True},
        "errors": messages | {"maxItems": 0},
        "messages": messages,
        "result": _schema(operation.result, "serialization", schemas),
    }
    if operation.pages:
        properties["result_info"] = {"$ref": "#/components/schemas/ResultInfo"}
    return {"type": "object", "properties": properties, "required": list(properties)}


def _refusal() -> Schema:
    messages = {"type": "array", "items": {"$ref": "#/components/schemas/ApiMessage"}}
    schema = {
        "type": "object",
        "required": ["success", "errors", "messages", "result"],
        "properties": {
            "success": {"const": False},
            "errors": messages | {"minItems": 1},
            "messages": messages,
            "result": {"type": "null"},
        },
    }
    return {"description": "A refusal.", "content": {"application/json": {"schema": schema}}}


def _schema(kind: Any, mode: Any, schemas: Schema, *, inline: bool = False) -> Schema:
    """Return the JSON schema of a type and add the schemas that it refers to to `schemas`.

    The schema of a model is added to `schemas` too and a reference to it is returned, unless `inline`.
    """
    found = TypeAdapter(kind).json_schema(mode=mode, by_alias=True, ref_template=_REF)
    for name, schema in found.pop("$defs", {}).items():
        schemas.setdefault(name, schema)
    if inline or not (isinstance(kind, type) and issubclass(kind, BaseModel)):
        return found
    name = kind.__name__
    if "$ref" not in found:
        schemas.setdefault(name, found)
    return {"$ref": _REF.format(model=name)}
