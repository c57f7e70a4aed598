# SPDX-License-Identifier: Apache-2.0
"""Having one document signed by all parties of a case, by who led them to it, and sealed by an office."""
