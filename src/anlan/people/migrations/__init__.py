# SPDX-License-Identifier: Apache-2.0
"""How this room's tables came to be."""
