# SPDX-License-Identifier: Apache-2.0
"""Where things are: the Place tree with dated codes, boundaries, locate(), working calendars, the region's profile."""
