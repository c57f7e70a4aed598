# SPDX-License-Identifier: Apache-2.0
"""What pages and interfaces read of cases. Everything here passes `may`; nothing here changes a case but `open_look`."""

from anlan.cases.queries_actions import Asked, possible_actions
from anlan.cases.queries_alike import Alike, alike_in, alike_to
from anlan.cases.queries_counts import CAP, Count, Counts, counts
from anlan.cases.queries_joined import Joined, get_joined, read_joined_file
from anlan.cases.queries_lists import KIND, Filters, Page, Row, Sort, list_cases, rows_by_id
from anlan.cases.queries_looks import looks_at, open_look
from anlan.cases.queries_onward import Answer, Onward, get_onward
from anlan.cases.queries_public import (
    Followed,
    PublicFilters,
    PublicPage,
    PublicRow,
    find_by_number,
    find_case_id,
    find_part,
    find_party,
    follow_code,
    follow_code_of,
    own_cases,
    public_list,
    town_of,
)
from anlan.cases.queries_summaries import (
    OUTCOME,
    PublicStep,
    Summary,
    get_summary,
    summaries_of,
)
from anlan.cases.queries_view import (
    ClaimedBy,
    Content,
    File,
    Line,
    Look,
    Person,
    Timeline,
    View,
    get_view,
    read_file,
)

__all__ = [
    "CAP",
    "KIND",
    "OUTCOME",
    "Alike",
    "Answer",
    "Asked",
    "ClaimedBy",
    "Content",
    "Count",
    "Counts",
    "File",
    "Filters",
    "Followed",
    "Joined",
    "Line",
    "Look",
    "Onward",
    "Page",
    "Person",
    "PublicFilters",
    "PublicPage",
    "PublicRow",
    "PublicStep",
    "Row",
    "Sort",
    "Summary",
    "Timeline",
    "View",
    "alike_in",
    "alike_to",
    "counts",
    "find_by_number",
    "find_case_id",
    "find_part",
    "find_party",
    "follow_code",
    "follow_code_of",
    "get_joined",
    "get_onward",
    "get_summary",
    "get_view",
    "list_cases",
    "looks_at",
    "open_look",
    "own_cases",
    "possible_actions",
    "public_list",
    "read_file",
    "read_joined_file",
    "rows_by_id",
    "summaries_of",
    "town_of",
]
