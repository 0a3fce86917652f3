"""Small exports of fictional pages, as CrowdTangle wrote them, for tests to change and damage."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from lockstep.ingest.contents import contents
from lockstep.ingest.csv_file import open_csv
from lockstep.ingest.exports import ExportFile
from lockstep.ingest.headers import Header
from lockstep.ingest.stage import stage
from lockstep.settings import ContactsSection, ExportSection, Settings
from lockstep.synthetic.headers import COUNTS, HEADERS, WEIGHTED_TOTAL

Row = dict[str, str]

BOM = b"\xef\xbb\xbf"
KEY = b"a key that only tests ever use.."
PAGE, OTHER_PAGE, GROUP = "100000000000001", "100000000000002", "300000000000001"
EARLIER = "2022-01-20-08-00-00-GMT-search-csv-export.csv"
EXPORTED = "2022-02-11-08-00-00-GMT-search-csv-export.csv"
FB_4, FB_5 = HEADERS["FB-4"], HEADERS["FB-5"]


def post(number: int, account: str = PAGE, **values: str) -> Row:
    """Return the record of a post, values by header (`_` for a space); each number has its own."""
    clock = f"{number // 3600 % 24:02d}:{number // 60 % 60:02d}:{number % 60:02d}"
    row = dict.fromkeys(FB_5, "") | {
        "Page Name": f"SYN-{account[-1]}",
        "User Name": f"syn.{account[-1]}",
        "Facebook Id": account,
        "Page Category": "NON_PROFIT",
        "Page Admin Top Country": "ML",
        "Page Description": "Page fictive, données synthétiques.",
        "Page Created": "2015-02-20 10:00:00",
        "Likes at Posting": "1200",
        "Followers at Posting": "1300",
        "Post Created": f"2022-01-03 {clock} GMT",
        "Type": "Photo",
        "Is Video Owner?": "-",
        "Post Views": "0",
        "Total Views": "0",
        "Total Views For All Crossposts": "0",
        "Video Length": "N/A",
        "URL": f"https://www.facebook.com/{account}/posts/{900_000_000 + number}",
        "Message": f"Bonjour à tous, texte {number}",
        "Overperforming Score": "1.5",
    }
    row |= {name: str(number * (place + 3) % 40) for place, name in enumerate(COUNTS)}
    row |= {name.replace("_", " "): value for name, value in values.items()}
    total = f"{sum(int(row[name]) for name in COUNTS if row[name].isdecimal()):,}"
    return {
        **row,
        WEIGHTED_TOTAL: total,
        "Total Interactions": values.get("Total_Interactions", total),
    }


def group_post(number: int, **values: str) -> Row:
    """Return the record of a post in a group."""
    url = f"https://www.facebook.com/groups/{GROUP}/permalink/{800_000_000 + number}"
    given = {"Page_Created": "", "Followers_at_Posting": "N/A", "Page_Category": "none"}
    return post(number, GROUP, **{"URL": url, **given, **values})


def csv_bytes(
    rows: Iterable[Row],
    header: Sequence[str] = FB_5,
    *,
    delimiter: str = ",",
    line_end: str = "\n",
    names: Sequence[str] | None = None,
) -> bytes:
    """Return a file of records; `names` are written in place of the header."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end)
    writer.writerow(names or header)
    writer.writerows([row.get(name, "") for name in header] for row in rows)
    return BOM + text.getvalue().encode()


def export(
    folder: Path, content: bytes | Iterable[Row], name: str = EXPORTED, **section: object
) -> ExportFile:
    """Write an export, and return it with what a case says of it."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else csv_bytes(content))
    return ExportFile(path, ExportSection.model_validate({"path": name, **section}))


@dataclass(frozen=True)
class AsText:
    """An export as text, all its blocks together."""

    header: Header
    records: pl.DataFrame
    values: pl.DataFrame


def as_text(file: ExportFile) -> AsText:
    """Return an export in CSV as it stands there."""
    opened = open_csv(next(contents(file.path)), file.section)
    blocks = list(opened.blocks(opened.header.positions))
    return AsText(
        opened.header,
        pl.concat(block.records for block in blocks),
        pl.concat(block.values for block in blocks),
    )


def staged(*files: ExportFile, regions: Sequence[str] = ()) -> dict[str, pl.DataFrame]:
    """Return the staged tables of these exports."""
    settings = Settings(
        exports=tuple(file.section for file in files),
        contacts=ContactsSection(regions=tuple(regions)),
    )
    return stage(files, settings=settings, key=KEY)


def reasons(tables: dict[str, pl.DataFrame]) -> list[str]:
    """Return why records were kept apart, in the order of file and row."""
    return tables["quarantine"].sort("source_id", "source_row")["reason"].to_list()
