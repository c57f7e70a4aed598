# SPDX-License-Identifier: Apache-2.0
"""The tables that an act writes, with the columns that it fills: for the writer, and for who fills them otherwise."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """How rows of one table are written: column names with their types, and the key on which they are renewed."""

    name: str
    columns: tuple[tuple[str, str], ...]
    renew: tuple[str, ...] = ()


CASE_COLUMNS = (
    ("state", "text"),
    ("version", "smallint"),
    ("open", "boolean"),
    ("seq", "integer"),
    ("digest", "bytea"),
    ("material_seq", "integer"),
    ("closed_at", "timestamptz"),
    ("area", "bigint"),
    ("category_id", "bigint"),
    ("condition_id", "bigint"),
    ("urgent", "boolean"),
    ("barred", "integer"),
    ("holder_id", "bigint"),
    ("due_at", "timestamptz"),
    ("published_as", "text"),
    ("published_at", "timestamptz"),
)
TABLES = {
    "case": Table(
        "cases_case",
        (
            ("id", "uuid"),
            *CASE_COLUMNS,
            ("number", "bigint"),
            ("procedure", "text"),
            ("opened_at", "timestamptz"),
            ("place_id", "bigint"),
            ("source", "text"),
            ("key", "bytea"),
        ),
    ),
    "entry": Table(
        "cases_entry",
        (
            ("case_id", "uuid"),
            ("seq", "integer"),
            ("format", "smallint"),
            ("algorithm", "smallint"),
            ("at", "timestamptz"),
            ("received_at", "timestamptz"),
            ("actor", "text"),
            ("action", "text"),
            ("from_state", "text"),
            ("to_state", "text"),
            ("audience", "text"),
            ("outcomes", "jsonb"),
            ("prev", "bytea"),
            ("digest", "bytea"),
        ),
    ),
    "content": Table(
        "cases_content",
        (
            ("case_id", "uuid"),
            ("seq", "integer"),
            ("n", "smallint"),
            ("audience", "text"),
            ("sealed", "bytea"),
        ),
    ),
    "assignment": Table(
        "cases_assignment",
        (
            ("case_id", "uuid"),
            ("n", "smallint"),
            ("organisation_id", "bigint"),
            ("role", "text"),
            ("since_seq", "integer"),
            ("until_seq", "integer"),
            ("open", "boolean"),
            ("opened_at", "timestamptz"),
            ("due_at", "timestamptz"),
            ("urgent", "boolean"),
        ),
        renew=("case_id", "n"),
    ),
    "clock": Table(
        "cases_clock",
        (
            ("case_id", "uuid"),
            ("n", "smallint"),
            ("key", "text"),
            ("started_at", "timestamptz"),
            ("due_at", "timestamptz"),
            ("limit_n", "integer"),
            ("unit", "text"),
            ("calendar", "text"),
            ("calendar_version", "integer"),
            ("provisional", "boolean"),
            ("owner_id", "bigint"),
            ("told", "timestamptz"),
            ("stopped_at", "timestamptz"),
            ("paused_at", "timestamptz"),
            ("stage", "smallint"),
            ("next_at", "timestamptz"),
        ),
        renew=("case_id", "n"),
    ),
    "link": Table(
        "cases_link",
        (("case_id", "uuid"), ("n", "integer"), ("kind", "text"), ("other_id", "uuid"), ("digest", "bytea")),
    ),
    "party": Table(
        "cases_party", (("case_id", "uuid"), ("n", "smallint"), ("role", "text"), ("sealed", "bytea"))
    ),
    "account": Table(
        "case_account",
        (("case_id", "uuid"), ("n", "smallint"), ("account_id", "bigint"), ("opened_at", "timestamptz")),
    ),
    "attachment": Table(
        "cases_attachment",
        (
            ("case_id", "uuid"),
            ("n", "smallint"),
            ("seq", "integer"),
            ("kind", "text"),
            ("size", "integer"),
            ("keyed", "bytea"),
            ("audience", "text"),
            ("sealed_name", "bytea"),
            ("erased", "boolean"),
        ),
    ),
    "picturemark": Table(
        "cases_picturemark",
        (("case_id", "uuid"), ("n", "smallint"), ("mark", "bytea"), ("at", "timestamptz")),
    ),
    "request": Table(
        "cases_request",
        (("case_id", "uuid"), ("request_id", "uuid"), ("payload", "bytea"), ("seq", "integer")),
    ),
    "erasure": Table(
        "cases_erasure", (("case_id", "uuid"), ("seq", "integer"), ("at", "timestamptz"), ("what", "jsonb"))
    ),
    "tray": Table("cases_tray", (("case_id", "uuid"), ("seq", "integer"), ("digest", "bytea"))),
}
