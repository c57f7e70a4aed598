# SPDX-License-Identifier: Apache-2.0
"""The live door: open pages hear within a second or two which cases changed, by server-sent events (docs/decisions/live.md)."""
