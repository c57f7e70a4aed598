# SPDX-License-Identifier: Apache-2.0
"""The demo's own door: be somebody else, move the clock, look at a page as on a phone. Nothing of it exists elsewhere."""
