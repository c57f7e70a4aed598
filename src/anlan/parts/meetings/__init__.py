# SPDX-License-Identifier: Apache-2.0
"""Meetings of a case: called, told with a calendar file, held with attendance and minutes, or called off."""
