# SPDX-License-Identifier: Apache-2.0
"""The doors: parse, one call, draw. Doors never import each other."""
