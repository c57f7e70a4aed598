# SPDX-License-Identifier: Apache-2.0
"""What every page shares: templates, styles, words of the frame."""
