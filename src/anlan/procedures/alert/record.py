# SPDX-License-Identifier: Apache-2.0
"""The typed columns of an alert as they are before anything happened."""

from collections.abc import Mapping
from types import MappingProxyType

BLANK: Mapping[str, object] = MappingProxyType(
    {
        "kind": "",  # of HAZARDS
        "level": "",  # of LEVELS
        "certainty": "",
        "drill": False,  # nothing is the matter: posts practise
        "asks": False,  # posts below are asked whether they have read it
        "starts": None,
        "ends": None,  # it stands until then, whatever else happens
        "drafted_by": None,  # the post that wrote it last: not the one to release what takes two
        "issued": None,
    }
)
