# SPDX-License-Identifier: Apache-2.0
"""The door for machines: REST v1."""
