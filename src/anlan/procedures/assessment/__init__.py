# SPDX-License-Identifier: Apache-2.0
"""The social-stability risk assessment of major decisions (重大决策社会稳定风险评估)."""
