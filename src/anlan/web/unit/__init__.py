# SPDX-License-Identifier: Apache-2.0
"""The door for outside units: one case, by a link, without signing in."""
