# SPDX-License-Identifier: Apache-2.0
"""The composition root. It knows all rooms; no room knows it."""
