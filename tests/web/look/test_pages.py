# SPDX-License-Identifier: Apache-2.0
"""The frame of every page: languages, large mode, no inline script or style, classes that exist."""

import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import Client
from pytest_django import Settings

from anlan.web import look
from anlan.web.look.storage import read_names

WEB = Path(look.__file__).parent.parent
PAGES = ("/styles/", "/styles/desk/", "/styles/phone/", "/styles/tasks/", "/styles/figures/")


@pytest.fixture
def demo(settings: Settings) -> Client:
    settings.ANLAN_DEMO = True
    return Client()


@pytest.mark.parametrize("address", PAGES)
def test_style_pages_exist_in_the_demo_only(address: str, settings: Settings) -> None:
    settings.ANLAN_DEMO = True
    assert Client().get(address).status_code == 200
    settings.ANLAN_DEMO = settings.DEBUG = False
    assert Client().get(address).status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("address", PAGES)
def test_pages_obey_a_policy_without_inline_script_or_style(
    demo: Client, address: str, language: str
) -> None:
    demo.cookies["django_language"] = language
    html = demo.get(address).content.decode()
    assert f'<html lang="{"zh-Hans" if language == "zh-hans" else "en"}"' in html
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", html)
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)
    assert html.count("<h1") == 1


def test_the_language_is_kept_and_leads_back(demo: Client) -> None:
    answer = demo.get("/preferences/", {"language": "en", "next": "/styles/?q=1"})
    assert (answer.status_code, answer["Location"]) == (302, "/styles/?q=1")
    assert "Style page" in demo.get("/styles/").content.decode()
    demo.get("/preferences/", {"language": "zh-hans"})
    assert "样式页" in demo.get("/styles/").content.decode()


def test_large_mode_is_a_class_kept_in_a_cookie(demo: Client) -> None:
    assert "anlan-large" not in demo.get("/styles/").content.decode()
    demo.get("/preferences/", {"large": "1"})
    assert 'class="govuk-template anlan-large"' in demo.get("/styles/").content.decode()
    demo.get("/preferences/", {"large": "0"})
    assert "anlan-large" not in demo.get("/styles/").content.decode()


@pytest.mark.parametrize(
    "elsewhere", ["https://example.org/", "//example.org", "javascript:alert(1)", "\\\\example.org"]
)
def test_a_switch_never_leads_elsewhere(demo: Client, elsewhere: str) -> None:
    assert demo.get("/preferences/", {"language": "en", "next": elsewhere})["Location"] == "/"


def test_unknown_preferences_are_left_alone(demo: Client) -> None:
    assert not demo.get("/preferences/", {"language": "xx", "large": "7"}).cookies


def test_the_page_for_our_own_faults_needs_no_request() -> None:
    assert "安澜" in render_to_string("500.html")


def test_every_class_of_ours_in_any_template_is_in_the_styles() -> None:
    names = read_names()
    assert names, "run tools/frontend.py"
    built = "".join(
        (WEB / "look/static/anlan" / names[css]).read_text("utf-8")
        for css in ("page.css", "desk.css", "figures.css", "demo.css", "field.css")
    )
    known = set(re.findall(r"\.((?:anlan|govuk|moj)-[\w-]+)", built))
    hooks = {"anlan-main", "anlan-skip", "anlan-reading", "govuk-js-character-count"}
    missing = {}
    for path in WEB.rglob("templates/**/*.html"):
        # Whole names only: a class that a template computes ends in a dash before its {{ }}.
        for value in re.findall(r'class="([^"]*)"', path.read_text("utf-8")):
            words = re.sub(r"\S*{{.*?}}\S*|{%.*?%}", " ", value).split()
            unknown = {w for w in words if w.startswith(("anlan-", "moj-"))} - known - hooks
            if unknown:
                missing[str(path.relative_to(WEB))] = unknown
    assert not missing
