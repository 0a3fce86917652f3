"""A small case that has everything: overlaps, all kinds of accounts, locales and bad records."""

from pathlib import Path

from lockstep.ingest.exports import ExportFile
from tests.ingest.exports_writer import (
    EARLIER,
    EXPORTED,
    FB_4,
    FB_5,
    OTHER_PAGE,
    Row,
    csv_bytes,
    export,
    group_post,
    post,
)

BRAZILIAN = "2022-02-12-08-00-00-BRT-search-csv-export.csv"
UNNAMED = "renamed by hand.csv"
HANDLE = "https://www.facebook.com/syn.a"

GOOD: list[Row] = [
    *(
        post(n, Message='a, "b"\nhttps://example.org/x', Link="https://e.example")
        for n in (1, 2, 3)
    ),
    *(group_post(n) for n in (6, 7, 8)),
    post(9, "100000000000003", Page_Created="", User_Name=""),
]
BAD: dict[str, Row] = {
    "post_id_missing": post(20, URL=f"{HANDLE}/posts/pfbid0"),
    "account_id_missing": post(21, URL=f"{HANDLE}/posts/921", Facebook_Id=""),
    "id_precision_lost": post(22, URL=f"{HANDLE}/posts/922", Facebook_Id="1E+14"),
    "time_missing": post(23, Post_Created=""),
    "time_unparsable": post(24, Post_Created="yesterday"),
    "time_out_of_range": post(25, Post_Created="1999-01-01 00:00:00 GMT"),
    "tz_missing": post(26, Post_Created="2022-01-03 00:00:00"),
    "tz_unknown": post(27, Post_Created="2022-01-03 00:00:00 XYZ"),
    "tz_ambiguous": post(28, Post_Created="2022-01-03 00:00:00 IST"),
    "tz_gap": post(29, Post_Created="2021-03-14 02:30:00 CST"),
    "tz_mismatch": post(30, Post_Created="2021-07-01 02:30:00 CST"),
    "number_unparsable": post(31, Likes="-1", Total_Interactions=""),
    "conflicting_time": group_post(8, Post_Created="2022-01-03 01:00:00 GMT"),
}
"""A record of each reason that lies in its values; the last disagrees with a good one."""


def many_sided(folder: Path) -> list[ExportFile]:
    """Write five exports, the last without records."""
    folder.mkdir(exist_ok=True)
    group_header = ["Group Name", *FB_5[1:]]
    shown_again = [group_post(6), post(2, Message="later"), post(1, OTHER_PAGE)]
    in_brazil = [post(1, Likes="407000", Total_Interactions="407.060"), group_post(7)]
    without_zone = [post(50, Post_Created="2022-01-03 00:00:50")]
    return [
        export(folder, _damaged(), EARLIER, tz_overrides={"CST": "America/Chicago"}),
        export(folder, csv_bytes(in_brazil, FB_4, delimiter=";"), BRAZILIAN),
        export(folder, csv_bytes(shown_again, names=group_header, line_end="\r\n"), EXPORTED),
        export(folder, csv_bytes(without_zone), UNNAMED, timezone="Africa/Bamako"),
        export(folder, csv_bytes([]), "no records.csv"),
    ]


def _damaged() -> bytes:
    """Return all good and bad records, one good one twice, and four that cannot be split."""
    content = csv_bytes([*GOOD, GOOD[0], *BAD.values()])
    header, line = csv_bytes([post(40, Message="a, b")]).splitlines()
    return b"\n".join(
        [content.rstrip(), header, b"a,b", b"\xff", line, line.replace(b'"', b"", 1), b""]
    )
