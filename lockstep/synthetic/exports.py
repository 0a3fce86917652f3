"""Which files the exports of a synthetic case are."""

from typing import Any

from lockstep.synthetic.crowdtangle import Export
from lockstep.synthetic.parameters import Parameters, utc_s

_NEW_YORK = "America/New_York"


def exports(parameters: Parameters) -> tuple[Export, ...]:
    """Return the files of a case: every post at least once, some of them in two or three.

    Two headers, two zones, two line ends, with and without a byte-order mark; an older export that
    crosses the end of daylight-saving time and the renaming of a page; a last one in which
    interactions have grown; and the control pages in a file of their own.
    """
    network = (
        _file(parameters, "SYN-A-B", "2015-02-20", (0, 1)),
        _file(parameters, "SYN-C", "2020-09-14", (2,), line_end="\r\n"),
        _file(
            parameters,
            "SYN-D",
            "2021-01-25",
            (3,),
            exported="2022-02-11-03-10-00-EST",
            header="FB-4",
            zone=_NEW_YORK,
        ),
        _file(parameters, "SYN-E", "2021-11-15", (4,), byte_order_mark=False),
        _file(
            parameters,
            "SYN-B",
            "2021-10-15",
            (1,),
            until="2021-11-30",
            exported="2021-12-01-09-00-00-EST",
            zone=_NEW_YORK,
            from_s=utc_s("2021-10-15 04:00:00"),
            until_s=utc_s("2021-12-01 05:00:00"),
            growth=0.97,
            before_renaming=True,
        ),
        _file(
            parameters,
            "SYN-ALL",
            "2022-01-01",
            (0, 1, 2, 3, 4),
            exported="2022-02-11-09-30-00-GMT",
            header="FB-4",
            from_s=utc_s("2022-01-01"),
            growth=1.02,
        ),
    )
    controls = tuple(range(len(parameters.pages), len(parameters.all_pages)))
    if not controls:
        return network
    of_controls = _file(
        parameters, "SYN-K", "2018-01-01", controls, byte_order_mark=False, line_end="\r\n"
    )
    return (*network, of_controls)


def _file(
    parameters: Parameters,
    pages_name: str,
    since: str,
    pages: tuple[int, ...],
    *,
    until: str = "2022-02-10",
    exported: str = "2022-02-11-08-00-00-GMT",
    **differs: Any,  # noqa: ANN401 - what an Export takes
) -> Export:
    """Return an export of whole lives in GMT and the newest header, but for what `differs`."""
    usual = {
        "header": "FB-5",
        "zone": "Etc/GMT",
        "from_s": parameters.pages[0].created_s,
        "until_s": parameters.end_s,
    }
    name = f"synthetic_{exported}-Historical-Report-{pages_name}-{since}--{until}.csv"
    return Export(name, pages=pages, **{**usual, **differs})
