# SPDX-License-Identifier: Apache-2.0
"""The digest of an entry, and of a content. Pure; only `cases` touches it.

    digest(entry) = H(canonical([format, algorithm, case, seq, at, received_at, actor, action, from, to,
                                 audience, outcomes, previous digest]))
    digest(content) = H(salt || plaintext)

A chain is valid if and only if (1) its entries are numbered 1, 2, 3 ... (2) each one's previous digest is the
digest of the one before, empty for the first, (3) each digest is the one computed from its own fields. Contents may
be gone (erased); the digests of those that remain are in the outcomes of their entry.
"""

from anlan.base.digests import Algorithm, canonical, digest
from anlan.cases.apply import write_moment
from anlan.cases.projection import Entry


def entry_digest(entry: Entry, *, spelt: bytes | None = None) -> bytes:
    """The digest that `entry` must carry, from its other fields; `spelt` is the canonical spelling of its outcomes, where it is known."""
    before = [
        entry.format,
        entry.algorithm,
        str(entry.case_id),
        entry.seq,
        write_moment(entry.at),
        write_moment(entry.received_at),
        entry.actor,
        entry.action,
        entry.frm,
        entry.to,
        entry.audience,
    ]
    outcomes = canonical(dict(entry.outcomes)) if spelt is None else spelt
    body = b'%b,%b,"%b"]' % (canonical(before)[:-1], outcomes, entry.prev.hex().encode())
    return digest(body, algorithm=Algorithm(entry.algorithm))


def check_chain(entries: list[Entry], *, prev: bytes = b"", seq: int = 0) -> list[str]:
    """What is wrong with these consecutive entries that follow (`seq`, `prev`); empty when nothing is."""
    wrong: list[str] = []
    for entry in entries:
        seq += 1
        if entry.seq != seq:
            wrong.append(f"entry {seq} is missing, {entry.seq} stands in its place")
            seq = entry.seq
        if entry.prev != prev:
            wrong.append(f"entry {seq} does not follow the one before it")
        if entry_digest(entry) != entry.digest:
            wrong.append(f"entry {seq} was altered")
        prev = entry.digest
    return wrong
