# SPDX-License-Identifier: Apache-2.0
"""Files through the API: uploaded before, named by reference, given out as downloads in which nothing runs."""

import io
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from anlan.people.may import Role
from tests.web.api.conftest import VILLAGE, Api, MakeApi
from tests.web.api.test_cases import fields, problem

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: LazySettings, tmp_path: Path) -> None:
    settings.ANLAN_ATTACHMENTS = tmp_path


def photo(color: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (320, 240), color).save(out, "JPEG")
    return out.getvalue()


def upload(
    api: Api, where: str = "attachments", data: bytes | None = None, name: str = "a.jpg", **given: str
) -> Any:
    headers = {"Authorization": f"Bearer {api.token}"} if api.token else {}
    code = given.pop("Follow_Code", None)
    if code:
        headers["Follow-Code"] = code
    file = SimpleUploadedFile(name, photo() if data is None else data, content_type="image/jpeg")
    return api.client.post(
        f"/api/v1/{where}", {"file": file, "procedure": "report", **given}, headers=headers
    )


def test_photos_are_uploaded_and_named_in_the_opening(anyone: Api) -> None:
    first = upload(anyone)
    assert first.status_code == 201, first.content.decode()
    second = upload(anyone, data=photo("blue"), draft=first.json()["draft"])
    files = [first.json()["reference"], second.json()["reference"]]
    key = uuid4()
    made = anyone.open(files=files, key=key).json()
    assert anyone.open(files=files, key=key).json() == {**made, "again": True}
    seen = anyone.get("follow", Case_Number=made["number"], Follow_Code=made["follow_code"]).json()
    assert len(seen["files"]) == 2
    got = anyone.get(seen["files"][0]["url"], Follow_Code=made["follow_code"])
    assert got.status_code == 200
    assert got.content.startswith(b"\xff\xd8\xff")
    assert got["Content-Disposition"].startswith("attachment")
    assert got["Content-Security-Policy"].startswith("sandbox")
    assert got["X-Content-Type-Options"] == "nosniff"
    problem(anyone.get(seen["files"][0]["url"]), 401, "no_token")
    problem(
        anyone.get(f"cases/{made['number']}/attachments/3", Follow_Code=made["follow_code"]), 404, "not_found"
    )
    problem(
        anyone.get(f"cases/{made['number']}/attachments/99999999", Follow_Code=made["follow_code"]),
        404,
        "not_found",
    )


def test_files_of_two_drafts_or_of_another_case_do_not_fit(anyone: Api, as_post: MakeApi) -> None:
    one, other = upload(anyone).json(), upload(anyone).json()
    told = problem(anyone.open(files=[one["reference"], other["reference"]]), 422, "invalid")
    assert fields(told) == {"files"}
    number = anyone.open().json()["number"]
    told = problem(
        as_post().act(number, "note", {"words": "看过了现场，拍了照"}, files=[one["reference"]]),
        422,
        "invalid",
    )
    assert fields(told) == {"files"}
    forged = one["reference"][:-2] + "xx"
    problem(anyone.open(files=[forged]), 422, "invalid")
    assert anyone.open(files=[one["reference"]]).status_code == 201
    problem(anyone.open(files=[one["reference"]]), 409, "conflict")


def test_a_draft_cannot_be_forged(anyone: Api) -> None:
    problem(upload(anyone, draft="forged"), 422, "invalid")


@pytest.mark.parametrize(
    "data",
    [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", b"", b"\xff\xd8\xffbroken", photo()[:200]],
)
def test_what_is_no_picture_is_refused(anyone: Api, data: bytes) -> None:
    assert fields(problem(upload(anyone, data=data), 422, "invalid")) <= {"file", "files"}


def test_one_file_at_a_time_in_its_field(anyone: Api) -> None:
    problem(
        anyone.client.post(
            "/api/v1/attachments", {"other": SimpleUploadedFile("a.jpg", photo()), "procedure": "report"}
        ),
        422,
        "invalid",
    )
    problem(anyone.client.post("/api/v1/attachments", b"x", content_type="image/jpeg"), 415, "wrong_kind")
    broken = anyone.client.post("/api/v1/attachments", b"x", content_type="multipart/form-data")
    assert broken.status_code in {400, 422}


def test_only_who_can_use_it_uploads_to_a_case(anyone: Api, as_post: MakeApi) -> None:
    made = anyone.open().json()
    where = f"cases/{made['number']}/attachments"
    problem(upload(anyone, where), 401, "no_token")
    problem(upload(as_post(Role.DISPATCHER, "town:330108001"), where), 404, "not_found")
    problem(upload(as_post(actions=()), where), 403, "not_allowed")


def test_a_grid_worker_reports_with_evidence(as_post: MakeApi) -> None:
    worker = as_post(Role.GRID_WORKER, f"village:{VILLAGE}")
    assert fields(problem(worker.open(), 422, "invalid")) == {"files"}
    made = worker.open(files=[upload(worker).json()["reference"]])
    assert made.status_code == 201, made.content.decode()
    seen = worker.get(f"cases/{made.json()['number']}").json()
    assert seen["source"] == "grid"
    assert made.json()["follow_code"] is None


def test_a_file_too_large_is_refused_before_it_is_read(anyone: Api) -> None:
    answer = anyone.client.post(
        "/api/v1/attachments", b"x", content_type="multipart/form-data; boundary=b", CONTENT_LENGTH=str(2**30)
    )
    problem(answer, 413, "too_large")
