"""Which posts may be one, seen by two tools whose ids cannot be joined: reported, never merged."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import polars as pl

from lockstep.storage import empty

_UNKNOWN = "other"
"""Platform of exports that do not name theirs."""
_LETTERS = 3_000
"""Letters of a text that are compared: CrowdTangle cuts texts, other tools do not."""
_NAMES = ("name", "handle")
TIME_ORDER = ("posted_at_s", "post_key")
"""Posts of one second come together."""
_ANY = pl.lit(value=True)
_NAMELESS = pl.all_horizontal(pl.col(name).is_null() for name in _NAMES)
_TEXTLESS = pl.col("letters").is_null()


@dataclass(frozen=True, slots=True)
class _Step:
    """What two posts of one second share: values of either side, and of which posts."""

    evidence: str
    on_a: tuple[str, ...]
    on_b: tuple[str, ...]
    of_a: pl.Expr = _ANY
    of_b: pl.Expr = _ANY


_BETWEEN_ANY = (
    _Step("post_id", ("post_id",), ("post_id",)),
    *(_Step("text_and_name", ("letters", a), ("letters", b)) for a, b in product(_NAMES, repeat=2)),
)
_WITHIN_ONE = (
    _Step("text", ("letters",), ("letters",), of_a=_NAMELESS),
    _Step("text", ("letters",), ("letters",), of_b=_NAMELESS),
    *(_Step("name", (a,), (b,), of_a=_TEXTLESS) for a, b in product(_NAMES, repeat=2)),
    *(_Step("name", (a,), (b,), of_b=_TEXTLESS) for a, b in product(_NAMES, repeat=2)),
)


def may_be_one(platforms: Iterable[str]) -> list[tuple[str, str]]:
    """Return the pairs of platforms, as exports name them, whose posts may be the same."""
    return [pair for pair in combinations(sorted(set(platforms)), 2) if _may_be_one(*pair)]


def compared(posts: pl.DataFrame) -> pl.DataFrame:
    """Return what posts are compared by, beside their account, in `TIME_ORDER`.

    An empty text is none.
    """
    letters = (
        pl.col("text")
        .str.normalize("NFC")
        .str.replace_all(r"<(?:tel:[0-9]{2}|email|iban)>|\P{L}", "")
        .str.slice(0, _LETTERS)
    )
    known = posts.select(
        "post_key",
        "post_id",
        "platform",
        "account_key",
        "posted_at",
        "posted_at_s",
        letters=letters,
    )
    return known.with_columns(_told("letters")).sort(TIME_ORDER)


def possible_same_posts_table(
    posts: pl.DataFrame, accounts: pl.DataFrame, platforms: Sequence[tuple[str, str]]
) -> pl.DataFrame:
    """Return table `possible_same_posts`: one row per pair of posts that may be one.

    Both are of the same second, and of two platforms as exports name them that may be one: one name
    begins with the other and a hyphen (`facebook`, `facebook-mcl`), or one is `other`, whose export
    names none. They share, in this order, their id; text and account name; and, if one name begins
    with the other, the text where one account has no name, or the name where one post has no text.
    Two accounts with other names are never one: that is coordination. A text is compared by its
    letters alone, since tools differ in line ends and in what is replaced in it.

    Posts that fit equally are paired one to one in the order of their keys, so that a viral text
    makes as many rows as there are posts that are counted twice, not their product.

    Args:
        posts: What posts are compared by: all those of some seconds.
        accounts: Table `accounts`.
        platforms: Pairs whose posts may be the same.

    Errors: times that differ by a second, or are known to the minute, are not seen; a page that
    publishes one text under one name on two platforms in one second is, where one is `other`.

    References:
        FORMATS §2, §8.7.
    """
    known = posts.join(_named(accounts), on="account_key", how="left").sort("post_key")
    columns = empty("possible_same_posts").columns
    found = [pairs for a, b in platforms for pairs in _pairs(known, a, b)]
    return pl.concat([empty("possible_same_posts"), *(pairs.select(columns) for pairs in found)])


def _may_be_one(a: str, b: str) -> bool:
    return _UNKNOWN in {a, b} or _is_of(a, b)


def _is_of(a: str, b: str) -> bool:
    """Whether two names are of one platform; `a` is the first in the alphabet."""
    return b.startswith(f"{a}-")


def _named(accounts: pl.DataFrame) -> pl.DataFrame:
    names = {
        name: pl.col(name).str.to_lowercase().str.replace_all(r"\s+", " ").str.strip_chars(" @")
        for name in _NAMES
    }
    return accounts.select("account_key", **names).with_columns(_told(name) for name in _NAMES)


def _told(text: str) -> pl.Expr:
    return pl.when(pl.col(text) != "").then(text).alias(text)


def _pairs(known: pl.DataFrame, a: str, b: str) -> Iterator[pl.DataFrame]:
    """Yield the pairs of two platforms, the surest first; each post is in one of them at most."""
    posts_a, posts_b = (known.filter(platform=name) for name in (a, b))
    posts_a = posts_a.join(posts_b, on="posted_at_s", how="semi", maintain_order="left")
    posts_b = posts_b.join(posts_a, on="posted_at_s", how="semi", maintain_order="left")
    for step in (*_BETWEEN_ANY, *(_WITHIN_ONE if _is_of(a, b) else ())):
        found = _paired(posts_a.filter(step.of_a), posts_b.filter(step.of_b), step)
        posts_a = posts_a.join(
            found, left_on="post_key", right_on="post_key_a", how="anti", maintain_order="left"
        )
        posts_b = posts_b.join(
            found, left_on="post_key", right_on="post_key_b", how="anti", maintain_order="left"
        )
        yield found


def _paired(posts_a: pl.DataFrame, posts_b: pl.DataFrame, step: _Step) -> pl.DataFrame:
    """Return pairs of posts that share what a step asks for, the first with the first and so on."""
    a, b = _numbered(posts_a, step.on_a), _numbered(posts_b, step.on_b)
    joined = a.join(
        b,
        left_on=("posted_at_s", *step.on_a, "number"),
        right_on=("posted_at_s", *step.on_b, "number"),
        suffix="_b",
    )
    return joined.select(
        "posted_at",
        "posted_at_s",
        post_key_a="post_key",
        post_key_b="post_key_b",
        account_key_a="account_key",
        account_key_b="account_key_b",
        evidence=pl.lit(step.evidence),
        alike_n=(pl.col("alike_n") + pl.col("alike_n_b")).cast(pl.Int64),
    )


def _numbered(posts: pl.DataFrame, on: Sequence[str]) -> pl.DataFrame:
    """Return posts that have what is asked for, counted among those that have the same."""
    same = ("posted_at_s", *on)
    return posts.drop_nulls(on).with_columns(
        number=pl.int_range(pl.len()).over(same), alike_n=pl.len().over(same)
    )
