# SPDX-License-Identifier: Apache-2.0
"""Papers made with acts, found by their code, signed and sealed: on a real database, with the toy of two sides."""

import io
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, transaction
from django.test import Client

from anlan.base.errors import Conflict, Invalid, NotFound
from anlan.base.keys import keyring
from anlan.cases.act import Done, act
from anlan.cases.catalogue import current
from anlan.cases.envelope import Envelope, NewParty, Stored
from anlan.cases.models import Case
from anlan.cases.projection import Projection
from anlan.cases.queries import get_view, read_file
from anlan.parts.documents import making
from anlan.parts.documents.blocks import Document
from anlan.parts.documents.finding import KEPT, Real, count_lapsed, find_document, forget_lapsed
from anlan.parts.documents.making import act_with_papers
from anlan.parts.documents.models import Given
from anlan.parts.documents.render import render
from anlan.parts.signing import rules
from anlan.parts.signing.proof import prove
from anlan.people.may import anonymous
from tests.cases.walks import photo
from tests.cases.world import MONDAY, dispatcher, envelope, opening
from tests.parts.papers import NAMES, WORDS
from tests.parts.test_documents import words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pact")]
SOON = MONDAY + timedelta(hours=2)
DRAWN = "M60 120L80 60L120 40L150 130"


@pytest.fixture
def address(settings: Any) -> None:
    settings.ANLAN_ADDRESS = "https://anlan.example"


def opened() -> UUID:
    people = tuple(
        NewParty(role=f"side{n}", contact={"name": NAMES[n], "phone": f"1398765432{n}"}) for n in (1, 2)
    )
    return act(opening(procedure="pact", parties=people)).case_id


def case_of(case_id: UUID) -> Projection:
    return get_view(dispatcher(), case_id, known=current(), at=SOON).case


def does(case_id: UUID, action: str, **data: Any) -> Done:
    return act_with_papers(envelope(action, dispatcher(), case_id, data=data, at=SOON), known=current())


def drafted(words: str = WORDS) -> UUID:
    case_id = opened()
    does(case_id, "draft", words=words)
    return case_id


def wish_to_sign(case_id: UUID, party: int, **more: Any) -> Envelope:
    document = case_of(case_id).record["document"]
    data = {
        "document": document,
        "name": NAMES[party],
        "drawn": DRAWN,
        "proof": prove(case_id, party, document, way="code", at=SOON),
        **more,
    }
    return envelope("sign", anonymous(), case_id, party=party, data=data, at=SOON)


def sealed() -> UUID:
    case_id = drafted()
    for party in (1, 2):
        act(wish_to_sign(case_id, party))
    document = case_of(case_id).record["document"]
    does(case_id, "countersign", document=document, name="陈海燕")
    does(case_id, "seal")
    return case_id


def last_file(case_id: UUID, party: int = 1) -> bytes:
    view = get_view(anonymous(), case_id, known=current(), at=SOON, parties=(party,))
    return read_file(anonymous(), case_id, view.files[-1].n, known=current(), at=SOON, parties=(party,))[1]


def code_in(pdf: bytes) -> str:
    found = re.search(r"校验码([0-9A-Z]{16})", words_of(pdf))
    assert found
    return found[1]


def found(case_id: UUID) -> Real:
    return find_document(code_in(last_file(case_id)))


def test_what_is_put_forward_is_a_file_that_both_sides_read() -> None:
    case_id = drafted()
    view = get_view(anonymous(), case_id, known=current(), at=SOON, parties=(2,))
    assert [(file.kind, file.readable, file.name) for file in view.files] == [
        ("application/pdf", True, "样例协议书（签署稿）.pdf")
    ]
    assert "签署稿" in words_of(last_file(case_id))
    assert not Given.objects.exists(), "what is not finished has no code"


def test_a_finished_agreement_holds_all_signatures_and_can_be_verified(address: None) -> None:
    case_id = sealed()
    said = words_of(pdf := last_file(case_id))
    assert all(name in said for name in (*NAMES.values(), "陈海燕"))
    assert "在系统中盖章确认" in said
    assert "https://anlan.example/verify" in said
    real = found(case_id)
    assert (real.good, real.number) == (True, case_of(case_id).number)
    assert real.organisation == dispatcher().organisation_id
    view = get_view(dispatcher(), case_id, known=current(), at=SOON)
    folded = [line.outcomes.get("record", {}) for line in reversed(view.timeline.lines)]
    assert {key: value for each in folded for key, value in each.items()} == view.case.record
    assert code_in(pdf) not in str(list(Given.objects.values())), "the code itself is kept nowhere"


def test_an_agreement_that_was_annulled_stands_no_more() -> None:
    case_id = sealed()
    keyed = case_of(case_id).record["sealed"][0]
    assert rules.annulled(case_of(case_id), keyed) == {"sealed": []}
    row = Given.objects.get()
    Given.objects.filter(pk=row.pk).delete()
    row.keyed = b"x" * 32
    row.save(force_insert=True)
    assert not found(case_id).good


def test_nothing_is_found_by_another_code_and_what_is_none_is_refused() -> None:
    sealed()
    with pytest.raises(NotFound):
        find_document("7K2M 9QXT 4HJD 0PWA")
    with pytest.raises(Invalid):
        find_document("12")


def test_sending_again_makes_no_second_paper() -> None:
    case_id = opened()
    wish = envelope("draft", dispatcher(), case_id, data={"words": WORDS}, at=SOON)
    later = envelope(
        "draft",
        dispatcher(),
        case_id,
        data={"words": WORDS},
        at=SOON + timedelta(minutes=1),
        request_id=wish.request_id,
    )
    other = envelope(
        "draft", dispatcher(), case_id, data={"words": "别的"}, at=SOON, request_id=wish.request_id
    )
    first = act_with_papers(wish, known=current())
    again = act_with_papers(later, known=current())
    assert (again.again, again.seq) == (True, first.seq)
    assert len(get_view(dispatcher(), case_id, known=current(), at=SOON).files) == 1
    with pytest.raises(Conflict):
        act_with_papers(other, known=current())


def test_what_is_refused_leaves_no_row() -> None:
    case_id = drafted()
    with pytest.raises(Invalid):
        does(case_id, "seal")
    assert not Given.objects.exists()


def test_a_paper_that_cannot_be_printed_is_not_made() -> None:
    case_id = opened()
    with pytest.raises(Invalid, match="🏠"):
        does(case_id, "draft", words="一套房🏠")
    assert case_of(case_id).record["document"] == ""


def test_the_signature_is_in_the_entry_without_a_name() -> None:
    case_id = drafted()
    act(wish_to_sign(case_id, 2))
    line = get_view(dispatcher(), case_id, known=current(), at=SOON).timeline.lines[0]
    assert line.actor == "party:2"
    assert line.outcomes["facts"] == {"document": case_of(case_id).record["document"]}
    assert NAMES[2] not in str(line.outcomes)
    assert DRAWN not in str(line.outcomes)


def test_nobody_signs_for_the_other_side() -> None:
    case_id = drafted()
    wish = wish_to_sign(case_id, 1)
    for party in (2, 3, None):
        with pytest.raises((Invalid, NotFound)):
            act(envelope("sign", anonymous(), case_id, party=party, data=dict(wish.data), at=SOON))
    assert case_of(case_id).record["signed"] == []


def test_a_paper_signature_stands_beside_a_coded_one() -> None:
    case_id = drafted()
    act(wish_to_sign(case_id, 1))
    key = keyring().unwrap(bytes(Case.objects.values_list("key", flat=True).get(pk=case_id)))
    shot = _stored(case_id, key)
    data = {"document": case_of(case_id).record["document"], "party": 2, "witness": "赵敏"}
    act(envelope("sign_on_paper", dispatcher(), case_id, data=data, files=(shot,), at=SOON))
    record = case_of(case_id).record
    assert (record["signed"], record["on_paper"]) == ([1, 2], [2])


def _stored(case_id: UUID, key: Any) -> Stored:
    from anlan.cases.attachments import store  # import: beside its one use

    return store(case_id, key, photo(1), audience="reporter")


def test_the_row_cannot_be_altered_and_lapses() -> None:
    sealed()
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Given.objects.update(paper="other")
    assert count_lapsed(SOON) == 0
    assert forget_lapsed(SOON + KEPT + timedelta(days=2)) == 1


class TestPage:
    """/verify, without a script."""

    def test_a_code_says_what_it_is_and_nothing_of_what_it_says(self, client: Client) -> None:
        case_id = sealed()
        code = code_in(last_file(case_id))
        answer = client.post("/verify", {"code": f" {code[:4].lower()} {code[4:]}"}, follow=True)
        page = answer.content.decode()
        assert answer.redirect_chain[0][0] == f"/verify/{code}"
        assert "样例协议书" in page or "Agreement" in page
        assert not any(name in page for name in NAMES.values())
        assert "noindex" in answer["X-Robots-Tag"]

    def test_a_wrong_code_and_no_code_are_answered_alike(self, client: Client) -> None:
        sealed()
        pages = [
            re.sub(r'value="[^"]*"', "", client.post("/verify", {"code": code}).content.decode())
            for code in ("7K2M9QXT4HJD0PWA", "nonsense", "7K2M9QXT4HJD0PW\x00")
        ]
        assert pages[0] == pages[1]
        assert client.get("/verify/7K2M9QXT4HJD0PWA").status_code == 404
        assert client.get("/verify/x").status_code == 404

    def test_the_file_is_compared_letter_by_letter(self, client: Client) -> None:
        pdf = last_file(sealed())
        url = f"/verify/{code_in(pdf)}"

        def says(data: bytes) -> str:
            page = client.post(url, {"file": SimpleUploadedFile("a.pdf", data)}).content.decode()
            return str(re.findall(r'<p data-says="(same|other)">', page))

        assert says(pdf) == "['same']"
        assert says(pdf + b"\n") == "['other']"
        assert says(io.BytesIO(pdf).getvalue()[:-1]) == "['other']"

    def test_tries_are_limited(self, client: Client) -> None:
        answers = {client.get("/verify/7K2M9QXT4HJD0PWA").status_code for _try in range(61)}
        assert answers == {404, 429}


def test_a_request_that_was_another_act_makes_no_paper_of_it() -> None:
    case_id = drafted()
    said = wish_to_sign(case_id, 1)
    act(said)
    again = envelope("draft", dispatcher(), case_id, data={"words": WORDS}, at=SOON)
    with pytest.raises(Conflict):
        act_with_papers(replace(again, request_id=said.request_id), known=current())


def test_who_signs_while_the_agreement_is_being_set_stands_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    case_id = drafted()
    act(wish_to_sign(case_id, 1))
    does(case_id, "countersign", document=case_of(case_id).record["document"], name="陈海燕")
    late = [wish_to_sign(case_id, 2)]
    text = words_of(last_file(case_id))

    def slowly(document: Document) -> bytes:
        done = render(document)
        while late:
            act(late.pop())
        return done

    monkeypatch.setattr(making, "render", slowly)
    does(case_id, "seal")
    said = words_of(last_file(case_id))
    more = {said.count(name) - text.count(name) for name in NAMES.values()}
    assert len(more) == 1, "both have signed it"
    assert found(case_id).good


def test_what_never_stands_still_is_not_sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    case_id = drafted()
    before = case_of(case_id).seq

    def slowly(document: Document) -> bytes:
        does(
            case_id,
            "meet",
            begins=(SOON + timedelta(days=9)).isoformat(),
            minutes=60,
            form="on_site",
            where="社区",
        )
        return render(document)

    monkeypatch.setattr(making, "render", slowly)
    with pytest.raises(Conflict):
        does(case_id, "draft", words=WORDS)
    assert case_of(case_id).seq > before
