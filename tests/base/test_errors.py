# SPDX-License-Identifier: Apache-2.0
"""Refusals speak the reader's language, fit in JSON, and those that strangers may see hold nothing of a case."""

import json
import pickle
from http import HTTPStatus
from typing import Any

import pytest
from django.utils.functional import lazy
from django.utils.translation import get_language, override

from anlan.base import errors
from anlan.base.errors import (
    BoundaryRefused,
    Busy,
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    Refused,
    TooMany,
    say,
)


def _in_language() -> str:
    return "%(n)s 天" if str(get_language()).startswith("zh") else "%(n)s days"


TWO_LANGUAGES = lazy(_in_language, str)()

STATUSES = {
    Invalid: 422,
    BoundaryRefused: 422,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    Busy: 503,
    TooMany: 429,
}


@pytest.mark.parametrize(("kind", "status"), STATUSES.items())
def test_each_kind_is_a_problem_that_json_can_hold(kind: type[Refused], status: int) -> None:
    problem = json.loads(json.dumps(kind().as_problem(page="/api/v1/docs/problems")))
    assert problem["status"] == status == HTTPStatus(status)
    assert problem["type"] == f"/api/v1/docs/problems#{kind.code}"
    assert problem["code"] == kind.code
    assert problem["title"]
    assert problem["detail"] == str(kind())


def test_codes_are_one_kind_each() -> None:
    assert len({kind().code for kind in STATUSES}) == len(STATUSES)
    assert {
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Refused)
    } == {
        *STATUSES,
        Refused,
        errors._Silent,
    }


def test_without_a_page_the_type_is_blank() -> None:
    assert Invalid().as_problem()["type"] == "about:blank"


def test_fields_are_listed_in_their_order() -> None:
    problem = Invalid(fields={"b": "second", "a": TWO_LANGUAGES}).as_problem()
    assert [each["field"] for each in problem["errors"]] == ["b", "a"]
    assert problem["errors"][0]["detail"] == "second"


def test_one_refusal_reads_in_two_languages_with_its_parameters() -> None:
    refused = Invalid(TWO_LANGUAGES, params={"n": 3}, fields={"days": say(TWO_LANGUAGES, n=5)})
    with override("en"):
        assert str(refused) == refused.as_problem()["detail"] == "3 days"
        assert refused.as_problem()["errors"] == [{"field": "days", "detail": "5 days"}]
    with override("zh-hans"):
        assert str(refused) == "3 天"
        assert refused.as_problem()["errors"] == [{"field": "days", "detail": "5 天"}]


def test_a_per_cent_sign_without_parameters_is_left_alone() -> None:
    assert str(Invalid("80 % is reached")) == "80 % is reached"


@pytest.mark.parametrize("kind", [Conflict, NotFound])
@pytest.mark.parametrize("given", [{"fields": {"place": "西湖区"}}, {"params": {"name": "张三"}}])
def test_what_strangers_may_see_takes_no_case_data(kind: type[Refused], given: Any) -> None:
    with pytest.raises(TypeError):
        kind("Please wait.", **given)


def test_the_head_of_a_case_is_for_the_page_not_for_the_problem() -> None:
    refused = Conflict(seq=7)
    assert refused.seq == 7
    assert "7" not in json.dumps(refused.as_problem())


def test_who_must_wait_is_told_how_long() -> None:
    assert Busy().as_problem()["retry_after"] == 2
    assert TooMany().as_problem()["retry_after"] == 60
    assert TooMany(retry_after=600).retry_after == 600
    assert "retry_after" not in Invalid().as_problem()


@pytest.mark.parametrize(
    "refused", [Busy(), Conflict(seq=3), Invalid(fields={"a": "b"}), BoundaryRefused(term="人脸")]
)
def test_refusals_cross_processes(refused: Refused) -> None:
    copy = pickle.loads(pickle.dumps(refused))  # noqa: S301 - our own bytes
    assert type(copy) is type(refused)
    assert copy.as_problem() == refused.as_problem()
    assert copy.seq == refused.seq
