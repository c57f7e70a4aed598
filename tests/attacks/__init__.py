# SPDX-License-Identifier: Apache-2.0
"""Attacks that once worked, so that they never do again."""
