"""A small export of each format but CrowdTangle's own CSV, of which there are several variants."""

from tests.ingest import fourcat_writer, json_writer, mapped_exports, tweets_writer
from tests.ingest.json_writer import api_post, document, message, notice, skeet
from tests.ingest.test_other_formats import READ
from tests.ingest.tweets_writer import USERS, captured, tweet

_IN_JSON = {
    "bluesky": document({"feed": [{"post": skeet(1)}, {"post": skeet(2, by=2)}]}),
    "crowdtangle_api": document(json_writer.answer([api_post(1), api_post(2, "100000000000002")])),
    "telegram_desktop": document(json_writer.chat([notice(1), message(2), message(3)])),
}
_IN_LINES = {
    "tiktok_zeeschuimer": tweets_writer.lines(captured(1), captured(2)),
    "x_api": tweets_writer.pages([tweet(1, "11"), tweet(2, "12")], [tweet(3, "11")])
    + tweets_writer.lines({"meta": {"result_count": 0}}),
    "x_api_flat": tweets_writer.lines(tweet(1, "11", author=USERS[0]), tweet(2, "12")),
}
EXPORTS = {
    **_IN_JSON,
    **{ident: text.encode() for ident, text in _IN_LINES.items()},
    **{ident: text.encode() for ident, (text, _, _) in READ.items()},
    **{ident: mapped_exports.small(ident).encode() for ident in mapped_exports.TABLES},
    **{ident: mapped_exports.small_json(ident).encode() for ident in mapped_exports.JSON},
    "fourcat_crowdtangle": fourcat_writer.content(*fourcat_writer.ROWS),
}
"""By the format's id."""
