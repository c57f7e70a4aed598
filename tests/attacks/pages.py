# SPDX-License-Identifier: Apache-2.0
"""Every form that a visitor comes to by following links, as a browser would send it."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.test import Client


@dataclass(frozen=True)
class Form:
    """Where it goes, and per field the values that the page offers ("" where one types)."""

    action: str
    fields: tuple[tuple[str, tuple[str, ...]], ...]
    files: frozenset[str]


class Page(HTMLParser):
    """Links and posting forms of one page."""

    def __init__(self, url: str, html: str) -> None:
        super().__init__()
        self.url = url
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._action: str | None = None
        self._fields: dict[str, list[str]] = {}
        self._files: set[str] = set()
        self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(urljoin(self.url, given["href"]))
        elif tag == "form":
            posts = given.get("method", "").lower() == "post"
            self._action = urljoin(self.url, given.get("action") or self.url) if posts else None
            self._fields, self._files = {}, set()
        elif self._action is None:
            return
        elif tag == "option" and self._select:
            self._fields[self._select].append(given.get("value", ""))
        elif given.get("name"):
            offered = self._fields.setdefault(given["name"], [])
            if tag == "select":
                self._select = given["name"]
            elif given.get("type") == "file":
                self._files.add(given["name"])
            else:
                offered.append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        if tag == "form" and self._action is not None:
            fields = tuple((name, tuple(values)) for name, values in self._fields.items())
            self.forms.append(Form(self._action, fields, frozenset(self._files)))
            self._action = None


def forms(client: Client, *starts: str, most: int) -> list[Form]:
    """The forms on at most `most` pages, one for each address and set of fields."""
    found: dict[tuple[str, tuple[str, ...]], Form] = {}
    waiting, seen = list(starts), {kind_of(path) for path in starts}
    while waiting and most > 0:
        url = waiting.pop(0)
        answer = client.get(url)
        assert answer.status_code < 500, url
        if answer.status_code != 200 or "text/html" not in answer.headers.get("Content-Type", ""):
            continue
        most -= 1
        page = Page(url, answer.content.decode())
        for form in page.forms:
            found.setdefault((form.action, tuple(sorted(name for name, _values in form.fields))), form)
        for link in page.links:
            path = urlsplit(link).path
            if not urlsplit(link).netloc and kind_of(path) not in seen:
                seen.add(kind_of(path))
                waiting.append(path)
    return list(found.values())


def kind_of(path: str) -> str:
    """One row's page stands for all rows' in the configuration; a case's page is each its own."""
    return re.sub(r"\d+", "N", path) if path.startswith("/admin/") else path
