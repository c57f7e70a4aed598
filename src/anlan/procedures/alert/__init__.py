# SPDX-License-Identifier: Apache-2.0
"""Alerts (预警): an organisation warns a place and all in it, for a time; see docs/decisions/alerts.md."""
