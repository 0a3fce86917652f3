"""What the name of an export tells: when it was exported, and which days it covers."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from lockstep.ingest.formats import FileName
from lockstep.ingest.zones import zone_info, zones
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
    """
    found = re.search(rule.pattern, name)
    if found is None:
        return FileFacts()
    moment, zone_name, first_day, last_day = found.groups()
    zone = _zone(zone_name, section)
    if zone is None:
        return FileFacts(unknown_zone=zone_name)
    try:
        exported = datetime.strptime(moment, rule.parse).replace(tzinfo=zone)
        start = None if first_day in {None, rule.since_ever} else _midnight(first_day, zone)
        end = None if last_day is None else _midnight(last_day, zone) + timedelta(days=1)
    except ValueError:  # digits that are no date
        return FileFacts()
    exported_s = int(exported.timestamp())
    return FileFacts(
        exported_at_s=exported_s,
        collection_start_s=None if start is None else int(start.timestamp()),
        collection_end_s=None if end is None else min(int(end.timestamp()), exported_s),
    )


def _zone(name: str, section: ExportSection) -> tzinfo | None:
    if name in section.tz_overrides:
        return zone_info(section.tz_overrides[name], where="case.toml, tz_overrides")
    offset_s = zones().offset_s.get(name)
    if offset_s is None:
        return None
    return UTC if offset_s == 0 else timezone(timedelta(seconds=offset_s))


def _midnight(day: str, zone: tzinfo) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=zone)
