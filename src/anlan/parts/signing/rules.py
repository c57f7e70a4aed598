# SPDX-License-Identifier: Apache-2.0
"""Guards and effects of signing. Pure: what they know is in the typed columns (`columns.Signed`) and in the moment."""

from typing import Any

from anlan.cases.define import Procedure, Refusal, Relation
from anlan.cases.effects import Effect
from anlan.cases.moment import Moment
from anlan.cases.projection import Projection
from anlan.cases.standard import words
from anlan.parts.signing.drawn import is_signature
from anlan.parts.signing.proof import read_proof

SIGN, ON_PAPER, COUNTERSIGN, SEAL = "sign", "sign_on_paper", "countersign", "seal"
"""The keys of the actions; `sign` also says who has to sign: the party roles that may do it."""

NOTHING = words("现在没有等待签署的文件。", "No document waits for signatures now.")
CHANGED = words(
    "文件在您打开后有改动，请重新阅读后再签。",
    "The document has changed since you opened it. Please read it again before you sign.",
)


def put_forward(document: str) -> dict[str, Any]:
    """The columns once a document (the keyed digest of its file, in hex) is put before the parties: whoever signed an earlier
    one has not signed this. For the effect of the action that makes it, which must be material.
    """
    return {"document": document, "signed": [], "on_paper": [], "countersigned": False}


def withdrawn() -> dict[str, Any]:
    """The columns once the document that waits is taken back: nothing waits for signatures."""
    return put_forward("")


def annulled(case: Projection, *sealed: str) -> dict[str, Any]:
    """The columns once finished documents stand no more: those named, or all."""
    return {"sealed": [each for each in case.record["sealed"] if sealed and each not in sealed]}


def signers(procedure: Procedure, case: Projection) -> tuple[int, ...]:
    """The parties who have to sign, by number."""
    roles = {
        role for who in procedure.action(SIGN).by if who.relation is Relation.PARTY for role in who.roles
    }
    return tuple(n for n, role in sorted(case.parties.items()) if role in roles)


def unsigned(procedure: Procedure, case: Projection) -> tuple[int, ...]:
    """Those of them who have not signed the document that waits; empty where none waits."""
    if not case.record.get("document"):
        return ()
    return tuple(n for n in signers(procedure, case) if n not in case.record["signed"])


def signer(moment: Moment) -> int:
    """The party for whom whoever acts signs now. Raises Refusal when there is none."""
    if not moment.open_case.record.get("document"):
        raise Refusal(NOTHING)
    awaited = unsigned(moment.procedure, moment.open_case)
    mine = [n for n in moment.parties if n in awaited]
    if not mine:
        raise Refusal(words("您已签署这份文件。", "You have signed this document."))
    return mine[0]


def may_sign(moment: Moment) -> None:
    """A party signs what stands, and has proved it just now."""
    party = signer(moment)
    _same_document(moment)
    _drawn_well(moment)
    try:
        _way(moment, party)
    except ValueError:
        raise Refusal(
            words(
                "请用短信验证码确认后再签。", "Please confirm with the code sent to your phone, then sign."
            ),
            field="proof",
        ) from None


def signed(moment: Moment) -> Effect:
    """The party is among those who signed."""
    party = signer(moment)
    record = moment.open_case.record
    return Effect(record={"signed": sorted([*record["signed"], party])}, why={"way": _way(moment, party)})


def may_sign_on_paper(moment: Moment) -> None:
    """A photo shows the paper with the signature of a party who is still awaited, and a witness attests it beside who records it."""
    awaited = unsigned(moment.procedure, moment.open_case)
    if not moment.open_case.record.get("document"):
        raise Refusal(NOTHING)
    if not awaited:
        raise Refusal(words("各方都已签署。", "All parties have signed."))
    if moment.data["party"] not in awaited:
        raise Refusal(
            words("请选择尚未签署的一方。", "Please choose a party who has not signed yet."), field="party"
        )
    _same_document(moment)
    if not moment.pictures:
        raise Refusal(
            words("请拍下签了字的纸质文件。", "Please take a photo of the signed paper."), field="files"
        )


def signed_on_paper(moment: Moment) -> Effect:
    """The party is among those who signed, by hand."""
    record, party = moment.open_case.record, moment.data["party"]
    return Effect(
        record={
            "signed": sorted([*record["signed"], party]),
            "on_paper": sorted([*record["on_paper"], party]),
        },
        why={"way": "paper"},
    )


def may_countersign(moment: Moment) -> None:
    """Who led the parties to it signs once."""
    record = moment.open_case.record
    if not record.get("document"):
        raise Refusal(NOTHING)
    if record["countersigned"]:
        raise Refusal(words("调解员已签署。", "The mediator has signed."))
    _same_document(moment)
    _drawn_well(moment)


def countersigned(_moment: Moment) -> Effect:
    """Signed by who led the parties to it."""
    return Effect(record={"countersigned": True})


def may_seal(moment: Moment) -> None:
    """The seal comes last."""
    case = moment.open_case
    if not case.record.get("document"):
        raise Refusal(NOTHING)
    if missing := unsigned(moment.procedure, case):
        raise Refusal(
            words(
                f"还有 {len(missing)} 方没有签署，签齐后才能盖章。",
                f"{len(missing)} of the parties have not signed yet. The seal comes when all have.",
            )
        )
    if moment.procedure.has(COUNTERSIGN) and not case.record["countersigned"]:
        raise Refusal(
            words(
                "调解员还没有签署，签署后才能盖章。", "The mediator has not signed yet. The seal comes after."
            )
        )


def sealed(moment: Moment) -> Effect:
    """The finished document stands, and nothing waits for signatures any more."""
    stands = moment.open_case.record["sealed"]
    return Effect(record={"sealed": [*stands, moment.data["sealed"]], "document": ""})


def _same_document(moment: Moment) -> None:
    if moment.data["document"] != moment.open_case.record["document"]:
        raise Refusal(CHANGED, field="document")


def _drawn_well(moment: Moment) -> None:
    drawn = moment.data.get("drawn")
    if drawn is not None and not is_signature(drawn):
        raise Refusal(
            words(
                "手写签名没有画好，请重新写一遍。",
                "The drawn signature cannot be read. Please draw it again.",
            ),
            field="drawn",
        )


def _way(moment: Moment, party: int) -> str:
    case = moment.open_case
    return read_proof(moment.data["proof"], case.id, party, case.record["document"], at=moment.at)
