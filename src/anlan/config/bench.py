# SPDX-License-Identifier: Apache-2.0
"""`anlan bench NAME`: what this machine does, measured against a floor or a promise, in databases of its own.

It never touches the deployment's database: each bench makes its own in the same server, and keeps it for the next run.
"""
