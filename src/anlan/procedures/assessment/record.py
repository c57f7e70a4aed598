# SPDX-License-Identifier: Apache-2.0
"""The typed columns of an assessment as they are before anything happened."""

from typing import Any

from anlan.cases.known import Known
from anlan.cases.projection import Projection
from anlan.parts.meetings import columns as meetings
from anlan.procedures.assessment.states import DRAFT_DAYS


def least_days(case: Projection, _known: Known) -> int:
    """How long its draft has to be before the public."""
    return int(case.record["draft_days"])


def blank() -> dict[str, Any]:
    """What each column holds when a case is opened."""
    return {
        "kind": "",  # of the catalogue
        "catalogue": "",  # its version
        "track": "",  # ordinary or simplified
        "draft_days": DRAFT_DAYS,  # how long a draft is before the public at least
        "sections": 0,  # of the draft before the public
        "options": [],  # of the questionnaire: how many answers each question offers
        "comments": None,  # how many there were, once they are counted
        "unanswered": 0,  # of them without an answer
        "adopted": 0,  # of them adopted, wholly or in part
        "risks": [],  # of matrix.Risk
        "level": "",  # what the assessor says
        "computed": "",  # what the matrix says
        "tests": [],  # the four tests that are not met
        "reports": [],  # the keyed digest (hex) of the report that stands; none once it was sent back
        "assessed_by": None,  # the organisation that did the assessment: not the one to review it
        "checked_by": None,  # the organisation that checks, or has checked, the legality of the draft as it is
        "lawful": False,  # the legality check found nothing against the draft as it is
        "result": "",  # what was decided
        "filed_with": None,  # the organisation with which the report was filed
        "troubles": 0,  # problems reported after the decision
        "consulted_at": None,
        "reported_at": None,  # the first report
        "blocked_at": None,  # the first report of a level that may not be decided
        "decided_at": None,
        "deferred_at": None,
        "stopped_at": None,
        "filed_at": None,
        "found_at": None,  # the first problem after the decision
        **meetings.blank(),
    }
