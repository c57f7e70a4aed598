# SPDX-License-Identifier: Apache-2.0
"""The door for offices: inbox and case page, drawn from the declaration."""
