# SPDX-License-Identifier: Apache-2.0
"""The engine. It carries every kind of matter as a case and knows no procedure by name."""
