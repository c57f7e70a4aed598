# SPDX-License-Identifier: Apache-2.0
"""The API itself: its OpenAPI document, its docs page, and how each operation says who may use it and what it answers.

An operation is open to `anyone` (a token widens what it gives) or to a `token` alone; every path of it is marked for the
gate and wrapped so that each failure is a problem document.
"""

import inspect
import json
from collections.abc import Callable, Iterable
from functools import cache, wraps
from typing import Any, Literal, get_args

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, re_path
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI, Schema
from ninja.renderers import BaseRenderer

from anlan.base.errors import Invalid, NotFound
from anlan.web.api.callers import Bearer
from anlan.web.api.drawing import ROOT
from anlan.web.api.problems import KIND, answer_problems, draw_problem, refusal_for
from anlan.web.api.shapes import Problem
from anlan.web.gate import open_to

ABOUT = """Open, read and move cases of Anlan. Errors are problem documents (RFC 9457). Everything that changes
something needs the header `Idempotency-Key` with a UUID: sent again with the same key and content, it is done once
and answered alike. Prefer UUIDv7 keys. Lists go by `next`, the address of the next page. After 429 and 503 wait for
`Retry-After` seconds. Words come in the language of `Accept-Language` (zh-Hans, en)."""
KEY_HEADER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "format": "uuid"},
    "description": "Made for each new request, kept for its repetitions.",
}
CODE_HEADER = {
    "name": "Follow-Code",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": 64},
    "description": "The secret code of the case's person, instead of a token.",
}
PROBLEMS = frozenset({400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503})
KIND_OF_DATA = "application/json"
Method = Literal["GET", "POST", "PUT", "DELETE"]
_sent: dict[str, str] = {}
"""By operation, the media type of what it gives."""


class Plain(BaseRenderer):
    """JSON in UTF-8 as it is, without escapes."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:  # noqa: ARG002 - as asked
        """The bytes."""
        return msgspec.json.encode(data)


api = NinjaAPI(
    renderer=Plain(),
    title="Anlan",
    version="1",
    description=ABOUT,
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
)


@api.exception_handler(Exception)
def _answer_problem(_request: HttpRequest, error: Any) -> HttpResponse:
    return draw_problem(refusal_for(error))


for _kind in list(api._exception_handlers):  # noqa: SLF001 - django-ninja has no way to replace all of its own at once
    api.add_exception_handler(_kind, _answer_problem)


def operation(
    method: Method,
    where: str,
    *,
    to: Literal["anyone", "token"],
    gives: Any,
    status: int = 200,
    body: type | dict[str, Any] | None = None,
    headers: Iterable[dict[str, Any]] = (),
    sends: str = KIND_OF_DATA,
    tag: str,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Registers an operation: who may use it, the shape it gives, as which media type, the headers it reads, the body it takes.

    `body` is a msgspec Struct (read by `bodies.read_body`) or an OpenAPI request body.
    """
    extra: dict[str, Any] = {}
    if headers:
        extra["parameters"] = list(headers)
    if isinstance(body, type):
        extra["requestBody"] = {"required": True, "content": {"application/json": {"schema": _schema(body)}}}
    elif body is not None:
        extra["requestBody"] = body
    if to == "anyone":
        extra["security"] = [{}, {"Bearer": []}]

    def register(view: Callable[..., Any]) -> Callable[..., Any]:
        _sent[view.__name__] = sends
        words = (view.__doc__ or "").strip()
        known = _query_of(view, where)

        @wraps(view)
        def asked(request: HttpRequest, **given: Any) -> Any:
            for name in request.GET:
                if name not in known:
                    raise Invalid(fields={name[:100]: _("There is no such parameter.")})
            return view(request, **given)

        return api.api_operation(
            [method],
            where,
            auth=Bearer(optional=to == "anyone"),
            response={status: gives, PROBLEMS: Problem},
            openapi_extra=extra,
            summary=words.split(". ")[0].rstrip("."),
            description=words,
            operation_id=view.__name__,
            tags=[tag],
        )(asked)

    return register


def _query_of(view: Callable[..., Any], where: str) -> frozenset[str]:
    """The names of a view's query parameters: a misspelt one is refused, since ignoring it would widen the answer."""
    found: set[str] = set()
    for name, parameter in inspect.signature(view).parameters.items():
        kinds = get_args(parameter.annotation)
        if kinds and isinstance(kinds[0], type) and issubclass(kinds[0], Schema):
            found |= set(kinds[0].model_fields)
        elif name != "request" and f"{{{name}}}" not in where and f":{name}}}" not in where:
            found.add(name)
    return frozenset(found)


def _schema(kind: type) -> dict[str, Any]:
    """A Struct's JSON Schema with everything inlined, since OpenAPI's components are django-ninja's."""
    (out,), components = msgspec.json.schema_components([kind], ref_template="{name}")
    inlined: dict[str, Any] = _inlined(out, components)
    return inlined


def _inlined(value: Any, components: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        if "$ref" in value:
            return _inlined(components[value["$ref"]], components)
        return {key: _inlined(each, components) for key, each in value.items()}
    if isinstance(value, list):
        return [_inlined(each, components) for each in value]
    return value


@cache
def _document() -> bytes:
    document = api.get_openapi_schema(path_prefix=f"{ROOT}/")
    for where in document["paths"].values():
        for one in where.values():
            for status, answer in one["responses"].items():
                content = answer.get("content", {})
                kind = KIND if int(status) >= 400 else _sent[one["operationId"]]
                if KIND_OF_DATA in content:
                    content[kind] = content.pop(KIND_OF_DATA)
    return json.dumps(document, ensure_ascii=False, default=str).encode()


@open_to("anyone")
@answer_problems
def openapi(_request: HttpRequest) -> HttpResponse:
    """The OpenAPI document."""
    return HttpResponse(_document(), content_type="application/json")


@open_to("anyone")
def docs(request: HttpRequest) -> HttpResponse:
    """The docs page, drawn by Swagger UI from files of our own server."""
    told = json.dumps({"url": f"{ROOT}/openapi.json", "layout": "BaseLayout", "deepLinking": True})
    return render(request, "ninja/swagger.html", {"api": api, "swagger_settings": told, "add_csrf": False})


@answer_problems
def missing(_request: HttpRequest, **_named: Any) -> HttpResponseBase:
    """Whatever else is asked under the API's root."""
    raise NotFound


missing.csrf_exempt = True  # type: ignore[attr-defined]  # nothing is done here, and the answer is a problem document


def patterns() -> list[URLPattern]:
    """The API's addresses, each marked with who may use it."""
    found = [path("openapi.json", openapi, name="openapi"), path("docs", docs, name="docs")]
    for each in api.urls[0]:
        if isinstance(each, URLPattern) and each.name != "api-root":
            each.callback = open_to("anyone")(answer_problems(each.callback))
            found.append(each)
    # A path of Django's ends at a line break, which an address may hold too.
    return [*found, re_path(r"^", open_to("anyone")(missing))]
