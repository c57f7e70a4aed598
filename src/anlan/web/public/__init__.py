# SPDX-License-Identifier: Apache-2.0
"""The door for everybody: what is published, and nothing else."""
