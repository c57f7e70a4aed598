# SPDX-License-Identifier: Apache-2.0
"""No domain words live here: clock, ids, digests, keys and field encryption, boundary, erasure, errors."""
