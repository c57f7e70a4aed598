# SPDX-License-Identifier: Apache-2.0
"""Figures of places: facts that a follower keeps of each case, how many there are by place and day, and how they are read.

Of places and procedures, never of people; no sum of fines. May import cases and what is below, no procedure.
"""
