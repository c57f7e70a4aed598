# SPDX-License-Identifier: Apache-2.0
"""Anlan (安澜): one engine that carries every kind of matter as a case; each procedure says how one kind runs."""

__version__ = "0.1.0"
