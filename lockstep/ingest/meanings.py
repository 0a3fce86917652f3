"""What a person is told of the warnings of an export, and of reasons: one phrase each."""

WARNINGS = {
    "replacement_char": "texts in which the platform cut a character",
    "text_truncated": "texts that the export probably cut",
    "page_created_tz_assumed": "times without a zone at which accounts were created, read in UTC",
    "page_created_unparsable": "times at which accounts were created that cannot be read",
    "id_precision_lost": "ids that a spreadsheet rounded",
    "checksum_mismatch": "records whose interactions do not add up to their total",
    "score_unparsable": "scores that are no number in the file's locale",
    "post_type_unknown": "kinds of posts that are not known",
    "server_time_taken": "posts whose own time is far from their server's, which counts",
    "edited": "posts that were changed after they were published",
    "observed_at_unparsable": "times of observation that cannot be read, lie before the post, or "
    "more than a day after the export",
    "time_coarse": "times written without seconds, so that within a minute nothing is proved",
    "id_time_differs": "posts whose id has another time than the export, which counts",
    "account_alias": "accounts that moved",
    "account_alias_contradicted": "pairs of ids that contradict each other, which join nothing",
    "account_kind_assumed": "records whose account is taken for a page for want of a column",
    "account_id_is_handle": "records whose account is known by its name alone",
    "preview_columns_missing": "columns of titles, descriptions and image texts that are not there",
    "unknown_columns": "columns that are not read",
    "excel_resaved": "a spreadsheet saved the file again",
    "columns_missing": "columns of the nearest variant that the file lacks, the first five by name",
    "no_checksum": "interactions are counted, but no total proves them",
    "format_unverified": "the variant was built from documentation alone",
    "header_encoded_twice": "names of columns, probably texts too, were decoded wrongly and saved",
    "pandas_index_column": "a column without a name, such as pandas adds: it is not read",
    "separator_line": "a line such as `sep=;` before the header, which is no record",
    "no_records": "no record in it, which is no mistake where a query found nothing",
    "cut_short": "the file breaks off within its last record: posts behind it are missing, and no "
    "day that they may be of counts as collected, so download it again",
    "possible_row_cap": "there may be more posts: as many records as its tool puts into one file "
    "at most, or a list by interactions that breaks off where posts are dense",
    "file_name_zone_unknown": "the zone in the file's name is ambiguous or unknown",
    "back_dated": "posts that claim an earlier time than their id has",
    "ids_not_ordered": "posts with an earlier time than their id has, too many to tell",
    "possible_same_posts": "posts that an export of another tool may hold under another key",
}
"""`docs/reference/formats.md` lists the same."""

REASONS = {
    "ragged_row": "another number of fields than the header has",
    "unterminated_quote": "its fields cannot be told apart",
    "bad_encoding": "no text in UTF-8",
    "repeated_header": "names of columns in place of a post",
    "bad_json": "no JSON",
    "post_id_missing": "nothing tells which post it is",
    "account_id_missing": "nothing tells whose post it is",
    "id_precision_lost": "its id was rounded by a program",
    "time_missing": "no time",
    "time_unparsable": "a time that cannot be read",
    "time_out_of_range": "a time at which it cannot have been published",
    "tz_missing": "a time without a zone",
    "tz_unknown": "a zone that is not known",
    "tz_ambiguous": "a zone that may be one of several",
    "tz_gap": "a time that the clocks left out",
    "tz_mismatch": "a zone that the place does not have then",
    "number_unparsable": "a count that is no whole number",
    "conflicting_time": "records of the post disagree about its time",
    "conflicting_account": "records of the post disagree about its account",
}
"""Why a record is set aside. `docs/reference/formats.md` lists the same, with what to do."""


def why(reason: str) -> str:
    """Return a reason with its phrase."""
    return f"{reason} ({REASONS[reason]})"
