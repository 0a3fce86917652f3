"""Which files the exports of a synthetic case are."""

from lockstep.synthetic.crowdtangle import Export
from lockstep.synthetic.parameters import Parameters, utc_s

_NAME = "synthetic_{exported}-Historical-Report-{pages}-{dates}.csv"


def exports(parameters: Parameters) -> tuple[Export, ...]:
    """Return the files of a case: every post at least once, some of them in two or three.

    Two headers, two zones, two line ends, with and without a byte-order mark; an older export that
    crosses the end of daylight-saving time and the renaming of a page; a last one in which
    interactions have grown; and the control pages in a file of their own.
    """
    start, end = parameters.pages[0].created_s, parameters.end_s
    gmt, new_york = "Etc/GMT", "America/New_York"
    final = "2022-02-11-08-00-00-GMT"

    def name(exported: str, pages: str, dates: str) -> str:
        return _NAME.format(exported=exported, pages=pages, dates=dates)

    controls = tuple(range(len(parameters.pages), len(parameters.all_pages)))
    of_controls = Export(
        name(final, "SYN-K", "2018-01-01--2022-02-10"),
        "FB-5",
        gmt,
        controls,
        start,
        end,
        byte_order_mark=False,
        line_end="\r\n",
    )
    of_network = (
        Export(name(final, "SYN-A-B", "2015-02-20--2022-02-10"), "FB-5", gmt, (0, 1), start, end),
        Export(
            name(final, "SYN-C", "2020-09-14--2022-02-10"),
            "FB-5",
            gmt,
            (2,),
            start,
            end,
            line_end="\r\n",
        ),
        Export(
            name("2022-02-11-03-10-00-EST", "SYN-D", "2021-01-25--2022-02-10"),
            "FB-4",
            new_york,
            (3,),
            start,
            end,
        ),
        Export(
            name(final, "SYN-E", "2021-11-15--2022-02-10"),
            "FB-5",
            gmt,
            (4,),
            start,
            end,
            byte_order_mark=False,
        ),
        Export(
            name("2021-12-01-09-00-00-EST", "SYN-B", "2021-10-15--2021-11-30"),
            "FB-5",
            new_york,
            (1,),
            utc_s("2021-10-15 04:00:00"),
            utc_s("2021-12-01 05:00:00"),
            growth=0.97,
            before_renaming=True,
        ),
        Export(
            name("2022-02-11-09-30-00-GMT", "SYN-ALL", "2022-01-01--2022-02-10"),
            "FB-4",
            gmt,
            (0, 1, 2, 3, 4),
            utc_s("2022-01-01"),
            end,
            growth=1.02,
        ),
    )
    return (*of_network, of_controls) if controls else of_network
