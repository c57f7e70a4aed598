# SPDX-License-Identifier: Apache-2.0
"""The door for who reports, asks and follows."""
