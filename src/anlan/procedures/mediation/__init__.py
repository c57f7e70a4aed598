# SPDX-License-Identifier: Apache-2.0
"""Mediation (矛盾纠纷多元化解): a dispute settled near home, with the consent of everybody; see docs/decisions/mediation.md."""
