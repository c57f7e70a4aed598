# SPDX-License-Identifier: Apache-2.0
"""The rules of signing by themselves: built moments, no database."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.cases.decide import effect_of
from anlan.cases.define import Refusal
from anlan.cases.projection import Projection
from anlan.cases.soundness import faults
from anlan.parts.signing import rules
from anlan.parts.signing.drawn import MOST_POINTS, is_signature
from anlan.parts.signing.proof import LASTS, prove, read_proof
from tests.parts.toy import AT, PACT, after, case, moment

FIRST, SECOND = "a" * 64, "b" * 64
DRAWN = "M60 120L80 60L120 40L150 130"


def waiting(document: str = FIRST) -> Projection:
    return case(record=rules.put_forward(document))


def proof(party: int, document: str = FIRST, *, of: Projection | None = None) -> str:
    return prove((of or case()).id, party, document, way="code", at=AT)


def refused(action: str, now: Projection, **given: object) -> str | None:
    with pytest.raises(Refusal) as found:
        effect_of(moment(action, now, **given))  # type: ignore[arg-type]
    return found.value.field


def signed(now: Projection, party: int) -> Projection:
    said = moment(
        "sign", now, party=party, document=now.record["document"], name="某人",
        proof=proof(party, now.record["document"]),
    )  # fmt: skip
    return after(now, effect_of(said))


def test_a_procedure_that_signs_and_meets_is_sound() -> None:
    assert faults(PACT) == []


def test_nothing_is_signed_before_there_is_a_document() -> None:
    for action, party in (("sign", 1), ("sign_on_paper", None), ("countersign", None), ("seal", None)):
        assert refused(action, case(), party=party) is None


def test_a_party_signs_once_what_it_read_and_proved() -> None:
    now = signed(waiting(), 1)
    assert now.record["signed"] == [1]
    assert refused("sign", now, party=1) is None  # whatever one fills in
    assert signed(now, 2).record["signed"] == [1, 2]


def test_no_proof_no_signature() -> None:
    now = waiting()
    other = replace(now, id=UUID(int=8))
    for given_proof in (
        "", "code", "code.1.2", "code.x.y", proof(2), proof(1, SECOND), proof(1, of=other), f"licensed{proof(1)[4:]}",
    ):  # fmt: skip
        assert refused("sign", now, party=1, document=FIRST, name="某人", proof=given_proof) == "proof"
    late = AT + LASTS + timedelta(seconds=1)
    assert refused("sign", now, party=1, document=FIRST, name="某人", proof=proof(1), at=late) == "proof"


def test_a_proof_names_the_service_and_holds_to_its_last_second() -> None:
    made = proof(1)
    assert read_proof(made, case().id, 1, FIRST, at=AT + LASTS) == "code"


def test_a_changed_document_is_signed_anew_by_all() -> None:
    now = signed(waiting(), 1)
    now = after(now, effect_of(moment("draft", now, document=SECOND, words="改")))
    assert now.record["signed"] == []
    assert refused("sign", now, party=1, document=FIRST, name="某人", proof=proof(1)) == "document"
    assert signed(now, 1).record["signed"] == [1]


def test_on_paper_needs_a_photo_and_a_party_who_has_not_signed() -> None:
    now = signed(waiting(), 1)
    words: dict[str, Any] = {"document": FIRST, "witness": "见证人"}
    assert refused("sign_on_paper", now, pictures=1, data_party=1, **words) == "party"
    assert refused("sign_on_paper", now, pictures=0, data_party=2, **words) == "files"
    assert refused("sign_on_paper", now, pictures=1, data_party=3, **words) == "party"
    assert (
        refused("sign_on_paper", now, pictures=1, data_party=2, document=SECOND, witness="人") == "document"
    )
    done = after(now, effect_of(moment("sign_on_paper", now, pictures=1, data_party=2, **words)))
    assert (done.record["signed"], done.record["on_paper"]) == ([1, 2], [2])
    assert refused("sign_on_paper", done, pictures=1, data_party=2, **words) is None


def test_the_seal_comes_last_and_once() -> None:
    now = signed(waiting(), 1)
    assert refused("seal", now, sealed=SECOND) is None
    now = signed(now, 2)
    assert refused("seal", now, sealed=SECOND) is None  # the mediator has not signed
    now = after(now, effect_of(moment("countersign", now, document=FIRST, name="调解员")))
    assert refused("countersign", now, document=FIRST, name="调解员") is None
    now = after(now, effect_of(moment("seal", now, sealed=SECOND)))
    assert (now.record["sealed"], now.record["document"], now.record["signed"]) == ([SECOND], "", [1, 2])
    assert refused("seal", now, sealed=SECOND) is None
    assert refused("sign", now, party=1) is None


def test_a_second_agreement_stands_beside_the_first_until_it_is_annulled() -> None:
    now = case(record={"sealed": [FIRST, SECOND]})
    assert rules.annulled(now, FIRST) == {"sealed": [SECOND]}
    assert rules.annulled(now) == {"sealed": []}
    assert rules.withdrawn()["document"] == ""


@pytest.mark.parametrize("path", [DRAWN, DRAWN + "M10 10L60 60", "M0 0L600 200L0 200L600 0"])
def test_strokes_are_a_signature(path: str) -> None:
    assert is_signature(path)


@pytest.mark.parametrize(
    "path",
    [
        "", "M1 1", "M1 1L2 2", "M0 0L5 5L6 6L7 7", "M0 0L601 0L3 3L4 4", "M0 0L60 201L3 3L4 4", "M0 0 L60 20L3 3L4 4",
        "M0 0L60 20L3 3L4 4Z", "M-1 0L60 20L3 3L4 4", "M0 0L60.5 20L3 3L4 4", 'M0 0L60 20L3 3L4 4"/><script>',
        "M0 0" + "L60 20" * MOST_POINTS, "M٣ 0L60 20L3 3L4 4",
    ],
)  # fmt: skip
def test_anything_else_is_none(path: str) -> None:
    assert not is_signature(path)


@given(st.text(alphabet="ML 0123456789.-Zz\"'<", max_size=60))
def test_what_is_taken_for_a_signature_is_letters_digits_and_spaces_alone(path: str) -> None:
    assert not is_signature(path) or set(path) <= set("ML 0123456789")


def test_a_bad_drawing_is_refused_by_its_field() -> None:
    data = {"document": FIRST, "name": "某人", "proof": proof(1), "drawn": "M1 1L2 2"}
    assert refused("sign", waiting(), party=1, **data) == "drawn"
