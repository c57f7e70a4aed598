# SPDX-License-Identifier: Apache-2.0
"""The tables of the engine. Only the engine's own steps write them; the database refuses the rest."""

from anlan.cases.models.case import Assignment, Case, CaseAccount, Claim, Clock, Link, Party, Telling
from anlan.cases.models.catalogue import Category, Condition, Configuration, LimitRow, RouteRow
from anlan.cases.models.entry import Content, Declaration, Entry, Request
from anlan.cases.models.evidence import Access, Attachment, Erasure, Invitation, PictureMark, Upload
from anlan.cases.models.follow import Delivery, Feed, Follower, Journal, Notice, SearchRow, Tray
from anlan.cases.models.held import HeldAct

__all__ = [
    "Access",
    "Assignment",
    "Attachment",
    "Case",
    "CaseAccount",
    "Category",
    "Claim",
    "Clock",
    "Condition",
    "Configuration",
    "Content",
    "Declaration",
    "Delivery",
    "Entry",
    "Erasure",
    "Feed",
    "Follower",
    "HeldAct",
    "Invitation",
    "Journal",
    "LimitRow",
    "Link",
    "Notice",
    "Party",
    "PictureMark",
    "Request",
    "RouteRow",
    "SearchRow",
    "Telling",
    "Tray",
    "Upload",
]
