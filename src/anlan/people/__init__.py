# SPDX-License-Identifier: Apache-2.0
"""Who acts: accounts, organisations, posts, sign-in, may (role x organisation x place), the administration log."""
