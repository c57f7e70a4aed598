# SPDX-License-Identifier: Apache-2.0
"""What a report is probably about, learnt from the closed cases of this deployment; a person decides."""
