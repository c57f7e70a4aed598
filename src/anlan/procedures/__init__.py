# SPDX-License-Identifier: Apache-2.0
"""One folder for each kind of matter, all of one shape, never importing each other."""
