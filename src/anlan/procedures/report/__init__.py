# SPDX-License-Identifier: Apache-2.0
"""The report (事件, 随手报): from a resident's or grid worker's words to a verified answer."""
