"""Each value that a format names is the source of a column, under the format's own header."""

import data_contracts
from lockstep.ingest.formats import COUNTS, VALUES, format_of, formats
from lockstep.ingest.read_from import TOLD, WHOLE, columns_read
from lockstep.lineage import column_lineage

READ_BY_NONE = {"surface_id", "record_type", "surface_type", "edited_at_raw"}
"""Values that tell which records are posts, or are counted in the warnings of an export."""


def named() -> set[str]:
    """Return the values of exports that contracts name."""
    sources = [
        source
        for table in data_contracts.names()
        for column in data_contracts.load(table).columns
        for source in column.sources
    ]
    return {s.removeprefix("export.") for s in sources if s.startswith("export.")}


def test_contracts_name_values_that_formats_know() -> None:
    """A word that no format knows would be no source, and nobody would see it."""
    assert named() <= {*WHOLE, *VALUES, *COUNTS, *TOLD}


def test_every_header_that_is_read_is_the_source_of_a_column() -> None:
    """Of every format, under the name that the format gives it."""
    found = {
        (source.source_format, source.source_column)
        for table in data_contracts.names("staged")
        for source in column_lineage(table)
    }

    for fmt in formats():
        read = {
            header
            for value, headers in fmt.headers.items()
            for header in headers
            if value not in READ_BY_NONE and not (value == "handle" and fmt.ids_are_handles)
        }
        assert read <= {header for ident, header in found if ident == fmt.id}


def test_identity_is_told_by_address_or_by_columns() -> None:
    """CrowdTangle's stands in the address, beside the account's column; others have ids."""
    facebook, instagram, tweets, mcl = (
        format_of(ident)
        for ident in (
            "crowdtangle_facebook",
            "crowdtangle_instagram",
            "x_operations",
            "meta_content_library",
        )
    )
    assert columns_read(facebook, "post_identity") == ("URL",)
    assert columns_read(facebook, "account_identity") == ("URL", "Facebook Id")
    assert columns_read(facebook, "surface_identity") == ("URL", "Facebook Id")
    assert columns_read(facebook, "account_kind") == ("URL", "Facebook Id", "Page Created")
    assert columns_read(instagram, "surface_identity") == ()
    assert columns_read(instagram, "handle") == ("User Name",)
    assert columns_read(tweets, "post_identity") == ("tweetid",)
    assert columns_read(tweets, "post_address") == ("tweetid",)
    assert columns_read(tweets, "account_url") == ()
    assert columns_read(mcl, "post_address") == ("mcl_url",)
    assert columns_read(mcl, "account_kind") == ()


def test_shares_and_sums_are_told_by_what_the_format_says() -> None:
    """A format that says nothing of either has no column for it."""
    assert columns_read(format_of("crowdtangle_facebook"), "share") == ("Video Share Status",)
    assert columns_read(format_of("x_operations"), "share") == ("is_retweet",)
    assert columns_read(format_of("crowdtangle_instagram"), "checksum") == (
        "Total Interactions",
        "Likes",
        "Comments",
    )
    assert columns_read(format_of("coortweet"), "checksum") == ()
    assert columns_read(format_of("coortweet"), "text") == ()
