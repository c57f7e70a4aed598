# SPDX-License-Identifier: Apache-2.0
"""The door for grid workers, at phone size."""
