# SPDX-License-Identifier: Apache-2.0
"""The actions of signing, for a procedure to declare: by parties with a code, on paper, by who led them, and the seal.

Their record inherits `columns.Signed`; the action that makes the document has `DOCUMENT` among its fields and
`rules.put_forward` in its effect. None of them moves the state: a procedure whose does uses `dataclasses.replace`.
"""

from anlan.cases.define import STAY, Action, Audience, Field, Kind, Relation, Who
from anlan.cases.standard import words
from anlan.parts.signing import drawn, proof, rules

DIGEST = 64
"""Hexadecimal digits of a keyed digest."""

DOCUMENT = Field(
    key="document",
    kind=Kind.TEXT,
    words=words("文件", "Document"),
    required=True,
    fact=True,
    shortest=DIGEST,
    longest=DIGEST,
    asked=False,
)
"""The file that is put before the parties, or that whoever signs has read: its keyed digest in hex. Doors fill it in."""
NAME = Field(
    key="name",
    kind=Kind.TEXT,
    words=words("签名（写下您的姓名）", "Sign with your name"),
    required=True,
    audience=Audience.REPORTER,
    longest=60,
)
DRAWN = Field(
    key="drawn",
    kind=Kind.TEXT,
    words=words("手写签名", "Drawn signature"),
    audience=Audience.REPORTER,
    longest=drawn.LONGEST,
    asked=False,
)
PROOF = Field(
    key="proof",
    kind=Kind.TEXT,
    words=words("签署验证", "Proof"),
    required=True,
    audience=Audience.AUDIT,
    longest=proof.LONGEST,
    asked=False,
)
PARTY = Field(
    key="party",
    kind=Kind.PARTY,
    words=words("哪一方签署", "Who signed"),
    required=True,
    fact=True,
)
WITNESS = Field(
    key="witness",
    kind=Kind.TEXT,
    words=words("见证人", "Witness"),
    required=True,
    audience=Audience.REPORTER,
    hint=words(
        "在场看着签字、与双方无利害关系的人的姓名。",
        "The name of somebody who saw it signed and has no stake in it.",
    ),
    longest=60,
)
PAPER = Field(
    key="files",
    kind=Kind.FILES,
    words=words("签了字的文件照片", "Photo of the signed paper"),
    audience=Audience.REPORTER,
)
SEALED = Field(
    key="sealed",
    kind=Kind.TEXT,
    words=words("盖章文件", "Sealed document"),
    required=True,
    fact=True,
    shortest=DIGEST,
    longest=DIGEST,
    asked=False,
)
"""The finished document, with all signatures and the seal: the keyed digest of its file, made by the door."""


def sign(*, frm: tuple[str, ...], roles: tuple[str, ...]) -> Action:
    """A party signs the document that stands. `roles` are the party roles of which everybody has to sign."""
    return Action(
        key=rules.SIGN,
        words=words("签署", "Sign"),
        done=words("签署了文件", "signed the document"),
        frm=frm,
        to=STAY,
        by=(Who(relation=Relation.PARTY, roles=roles),),
        fields=(DOCUMENT, NAME, DRAWN, PROOF),
        guard=rules.may_sign,
        effect=rules.signed,
        audience=Audience.REPORTER,
        material=False,
    )


def sign_on_paper(*, frm: tuple[str, ...], by: tuple[Who, ...]) -> Action:
    """A party signed by hand: photographed, attested by who records it and a witness. Of equal standing."""
    return Action(
        key=rules.ON_PAPER,
        words=words("登记纸质签署", "Record a signature on paper"),
        done=words("登记了纸质签署", "recorded a signature on paper"),
        frm=frm,
        to=STAY,
        by=by,
        fields=(DOCUMENT, PARTY, WITNESS, PAPER),
        guard=rules.may_sign_on_paper,
        effect=rules.signed_on_paper,
        audience=Audience.REPORTER,
        material=False,
    )


def countersign(*, frm: tuple[str, ...], by: tuple[Who, ...]) -> Action:
    """Who led the parties to it signs: their own post and second factor prove who it is."""
    return Action(
        key=rules.COUNTERSIGN,
        words=words("调解员签署", "Sign as mediator"),
        done=words("调解员签署了文件", "the mediator signed the document"),
        frm=frm,
        to=STAY,
        by=by,
        fields=(DOCUMENT, NAME, DRAWN),
        guard=rules.may_countersign,
        effect=rules.countersigned,
        audience=Audience.REPORTER,
        material=False,
    )


def seal(*, frm: tuple[str, ...], to: str | None, by: tuple[Who, ...]) -> Action:
    """The office seals what all have signed; the finished document comes with it."""
    return Action(
        key=rules.SEAL,
        words=words("盖章生效", "Seal"),
        done=words("盖章，文件生效", "sealed the document: it is in force"),
        frm=frm,
        to=to,
        by=by,
        fields=(SEALED,),
        guard=rules.may_seal,
        effect=rules.sealed,
        audience=Audience.REPORTER,
    )
