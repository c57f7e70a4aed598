# SPDX-License-Identifier: Apache-2.0
"""The desk's tables, step by step."""
