# SPDX-License-Identifier: Apache-2.0
"""The organisations of every level, one statement a level from the places that are loaded. Safe to run again.

Village committees, town rooms, county centres with their departments, county governments, city and province supervision, each below the
next: what cannot be settled goes to `upper`. Names are usual ones, made from the place's; an office sets its own. A
region that skips a level hangs below the next one there is.
"""

from dataclasses import dataclass

from django.db import connections, transaction

from anlan.people.models import OrganisationKind as Kind
from anlan.places.codes import LENGTHS, Level
from anlan.places.region import region

DEPARTMENTS: dict[str, tuple[str, str, str]] = {
    each.key: (each.short.zh, each.name.zh, each.name.en) for each in region().departments.values()
}
"""The region's departments by their word in routes: short name, what follows the county's name, and in English."""


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One kind of organisation for all places of one level, below the first of `uppers` that is there."""

    kind: Kind
    level: Level
    prefix: str
    zh: str
    en: str
    uppers: tuple[tuple[Kind, Level], ...]
    suffix: str = ""
    department: str = ""


PROVINCE, CITY, COUNTY, TOWN = (
    (Kind.PROVINCE_SUPERVISION, Level.PROVINCE),
    (Kind.CITY_SUPERVISION, Level.CITY),
    (Kind.COUNTY_CENTRE, Level.COUNTY),
    (Kind.TOWN_ROOM, Level.TOWN),
)

LAYERS: tuple[Layer, ...] = (
    Layer(
        kind=Kind.PROVINCE_SUPERVISION,
        level=Level.PROVINCE,
        prefix="province",
        zh="社会治理督办中心",
        en="Supervision Centre",
        uppers=(),
    ),
    Layer(
        kind=Kind.CITY_SUPERVISION,
        level=Level.CITY,
        prefix="city",
        zh="社会治理督办中心",
        en="Supervision Centre",
        uppers=(PROVINCE,),
    ),
    Layer(
        kind=Kind.COUNTY_CENTRE,
        level=Level.COUNTY,
        prefix="county",
        zh="社会治理中心",
        en="Social Governance Centre",
        uppers=(CITY, PROVINCE),
    ),
    *(
        Layer(
            kind=Kind.COUNTY_DEPARTMENT,
            level=Level.COUNTY,
            prefix="dept",
            zh=zh,
            en=en,
            uppers=(COUNTY,),
            suffix=f":{word}",
            department=word,
        )
        for word, (_short, zh, en) in DEPARTMENTS.items()
    ),
    Layer(
        kind=Kind.GOVERNMENT,
        level=Level.COUNTY,
        prefix="government",
        zh="人民政府",
        en="People's Government",
        uppers=(CITY, PROVINCE),
    ),
    Layer(
        kind=Kind.TOWN_ROOM,
        level=Level.TOWN,
        prefix="town",
        zh="综合信息指挥室",
        en="Information and Command Room",
        uppers=(COUNTY, CITY, PROVINCE),
    ),
    Layer(
        kind=Kind.VILLAGE_COMMITTEE,
        level=Level.VILLAGE,
        prefix="village",
        zh="",
        en="Committee",
        uppers=(TOWN, COUNTY, CITY, PROVINCE),
    ),
)

# The list of the Bureau of Statistics names many villages by their committee already.
VILLAGE_NAME = """
CASE WHEN p.name LIKE '%%委会' OR p.name LIKE '%%委员会' THEN p.name
     WHEN p.name LIKE '%%社区' THEN p.name || '居民委员会'
     WHEN p.name LIKE '%%村' THEN p.name || '村民委员会'
     ELSE p.name || '居民委员会' END
"""

# A district that ended has its organisations too. A code may go on to another place and a key is never used again, so the
# day tells apart what had one code: the last of the one that ended, or the first of the one that was not there before.
INSERT = """
INSERT INTO people_organisation
       (key, kind, department, name, name_en, place_id, upper_id, phone, valid_from, valid_to)
SELECT %(prefix)s || ':' || left(c.code::text, %(length)s)
       || CASE WHEN c.valid_to IS NOT NULL THEN '@' || c.valid_to
               WHEN EXISTS (SELECT FROM people_organisation o
                             WHERE o.key = %(prefix)s || ':' || left(c.code::text, %(length)s) || %(suffix)s)
               THEN '@' || c.valid_from ELSE '' END
       || %(suffix)s, %(kind)s, %(department)s, {name},
       coalesce(nullif(p.name_en, ''), p.name) || ' ' || %(en)s, p.id, {upper}, '', c.valid_from, c.valid_to
  FROM places_place p JOIN places_placecode c ON c.place_id = p.id AND c.valid_to IS NOT DISTINCT FROM p.valid_to
 WHERE p.level = %(level)s
   AND NOT EXISTS (SELECT FROM people_organisation o
                    WHERE o.place_id = p.id AND o.kind = %(kind)s AND o.department = %(department)s)
 ORDER BY c.code, c.valid_from
ON CONFLICT (key) DO NOTHING
"""

# The organisation of the place that has the beginning of the code, at the time of the one below it.
UPPER = """
(SELECT u.id FROM places_placecode uc JOIN people_organisation u ON u.place_id = uc.place_id AND u.kind = '{kind}'
  WHERE uc.code = rpad(left(c.code::text, {length}), 15, '0')::bigint
    AND coalesce(uc.valid_to, 'infinity') >= coalesce(c.valid_to, 'infinity')
    AND uc.valid_from < coalesce(c.valid_to, 'infinity'))"""

# Who goes on with an ended organisation's work: the one of its kind in each place that its own place fell to.
SUCCEED = """
INSERT INTO people_organisationsuccession (organisation_id, successor_id, main)
SELECT o.id, n.id, s.main
  FROM people_organisation o JOIN places_succession s ON s.place_id = o.place_id
  JOIN people_organisation n ON n.place_id = s.successor_id AND n.kind = o.kind AND n.department = o.department
 WHERE o.valid_to IS NOT NULL AND o.kind <> 'outside_unit' AND n.valid_to IS NULL
ON CONFLICT DO NOTHING
"""


def load_organisations(*, using: str = "default") -> int:
    """Adds the organisations that are not there yet, and who succeeded those of places that ended; how many."""
    made = 0
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        for layer in LAYERS:
            name = "p.name || %(zh)s" if layer.zh else VILLAGE_NAME
            given: dict[str, str | int] = {
                "prefix": layer.prefix,
                "suffix": layer.suffix,
                "kind": str(layer.kind),
                "department": layer.department,
                "level": int(layer.level),
                "length": LENGTHS[layer.level - 1],
                "zh": layer.zh,
                "en": layer.en,
            }
            cursor.execute(INSERT.format(name=name, upper=upper_of(layer)), given)
            made += cursor.rowcount
        cursor.execute(SUCCEED)
    return made


def upper_of(layer: Layer) -> str:
    """The organisation above, for a place whose code row is `c`: the first there is, by the beginning of the code."""
    found = [UPPER.format(kind=kind, length=LENGTHS[level - 1]) for kind, level in layer.uppers]
    return f"coalesce({', '.join(found)})" if found else "NULL"
