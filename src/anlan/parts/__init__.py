# SPDX-License-Identifier: Apache-2.0
"""What several procedures use. A part knows no procedure and no other part."""
