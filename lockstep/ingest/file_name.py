"""What the name of an export tells: when it was exported, and which days it covers."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo

from lockstep.ingest.formats import FileName
from lockstep.ingest.zones import offset_s, zone_info
from lockstep.settings import ExportSection


@dataclass(frozen=True, slots=True)
class FileFacts:
    """Export time and collection window in s since 1970 UTC (end exclusive); None is not told."""

    exported_at_s: int | None = None
    collection_start_s: int | None = None
    collection_end_s: int | None = None
    unknown_zone: str | None = None


def file_facts(name: str, rule: FileName, section: ExportSection) -> FileFacts:
    """Read a file's name.

    A name whose zone is unknown or ambiguous, and for which the case names none, tells nothing but
    that zone.

    Raises:
        ConfigError: The case names a zone that does not exist.
    """
    found = re.search(rule.pattern, name)
    if found is None:
        return FileFacts()
    moment, zone_name, first_day, last_day = found.groups()
    zone = _zone(zone_name, section)
    if zone is None:
        return FileFacts(unknown_zone=zone_name)
    try:
        exported_s = int(datetime.strptime(moment, rule.parse).replace(tzinfo=zone).timestamp())
        start_s = None if first_day in {None, rule.since_ever} else _midnight_s(first_day, zone)
        end_s = None if last_day is None else _midnight_s(last_day, zone, days=1)
    except (ValueError, OverflowError):  # digits that are no date
        return FileFacts()
    return FileFacts(
        exported_at_s=exported_s,
        collection_start_s=start_s,
        collection_end_s=None if end_s is None else min(end_s, exported_s),
    )


def _zone(name: str, section: ExportSection) -> tzinfo | None:
    if name in section.tz_overrides:
        where = f"case.toml, [[exports]] {section.path}, tz_overrides"
        return zone_info(section.tz_overrides[name], where=where)
    east_s = offset_s(name)
    return None if east_s is None else timezone(timedelta(seconds=east_s))


def _midnight_s(day: str, zone: tzinfo, *, days: int = 0) -> int:
    local = datetime.fromisoformat(day) + timedelta(days=days)
    return int(local.replace(tzinfo=zone).timestamp())
