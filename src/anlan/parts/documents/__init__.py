# SPDX-License-Identifier: Apache-2.0
"""Documents that a case gives out: set as official papers, printed with a code by which anybody can ask whether they are real."""
