# SPDX-License-Identifier: Apache-2.0
"""Who is on duty in an office, and when."""
