"""Every number of the synthetic case, in one place (METHODS §11).

Pages, organisations and contacts are fictional. Volumes, rhythms and the lag law are assumptions,
chosen so that the case has the size and the co-timing of the published case study.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, get_args

Variant = Literal["seed-shaped", "null", "slots", "weak", "news", "weekend"]
VARIANTS: tuple[Variant, ...] = get_args(Variant)

DAY_S = 86_400
HOUR_S = 3_600


def utc_s(moment: str) -> int:
    """Return a moment such as `2020-02-02 10:00:00` in seconds since 1970-01-01 UTC."""
    return int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp())


@dataclass(frozen=True, slots=True)
class Page:
    """A fictional page: when it was created, how much it posts, who follows it."""

    code: str
    number: int
    created_s: int
    posts_n: int
    followers_n: int
    former_name: str = ""
    """How exports called the page before it was renamed; empty: always as today."""
    slot_share: float = 0.0
    """Share of its habitual posts that go out in a few fixed slots of the day."""

    @property
    def name(self) -> str:
        """The displayed name, which says that the page is synthetic."""
        return f"SYN-{self.code}"

    @property
    def account_id(self) -> str:
        """The number that the platform gave to the page."""
        return f"1{self.number:014d}"

    @property
    def account_key(self) -> str:
        """The key that staging gives to the page."""
        return f"facebook:{self.account_id}"


PAGES = (
    Page("A", 1, utc_s("2015-02-20 09:12:41"), 6_500, 24_000),
    Page("B", 2, utc_s("2020-01-08 16:03:27"), 9_000, 90_500, "SYN-B Avant"),
    Page("C", 3, utc_s("2020-09-14 08:47:05"), 3_300, 9_700),
    Page("D", 4, utc_s("2021-01-25 10:30:52"), 4_000, 14_000),
    Page("E", 5, utc_s("2021-11-15 07:21:18"), 885, 3_000),
)


@dataclass(frozen=True, slots=True)
class Parameters:
    """What the generator assumes. Shares are of 1; `_s` seconds, `_h` hours."""

    event_prefix: str = "event"
    """How the ids of events begin; another one in each part of a large case."""
    pages: tuple[Page, ...] = PAGES
    """The network: the pages that take part in planted events."""
    controls: tuple[Page, ...] = ()
    """Pages of nobody's network; the last two openly share their posts (`disclosed_share`)."""
    network_start_s: int = utc_s("2020-02-02")
    """From here on pages coordinate; before it the oldest page posts little."""
    end_s: int = utc_s("2022-02-11")
    """End of collection, exclusive: the last day is 10 February 2022."""
    early_rate: float = 0.085
    """Posting rate of the oldest page before `network_start_s`, relative to later."""

    level_rho: float = 0.9
    level_sd: float = 0.6
    event_level_sd: float = 0.5
    night_factor: float = 0.15
    phase_noon_sd_h: float = 0.7
    phase_evening_sd_h: float = 0.5

    album_share: float = 0.12
    album_extra_mean: float = 1.5
    album_gap_min_s: int = 2
    album_gap_mean_s: float = 25.0

    scheduled_share: float = 0.12
    scheduled_event_share: float = 0.15
    scheduled_minutes: tuple[tuple[int, float], ...] = (
        (0, 0.45),
        (15, 0.15),
        (30, 0.28),
        (45, 0.12),
    )

    slot_hours: tuple[int, ...] = (8, 12, 18, 20)
    slot_delay_s: int = 20
    """A slot's posts appear less than this long after its full hour."""
    weekend_factor: float = 1.0

    news_n: int = 150
    """Common events in the world, to which each living page reacts or not, by itself."""
    flash_n: int = 20
    """Of these, so many make everybody hurry."""
    news_reaction_share: float = 0.5
    news_lag_median_s: float = 25.0 * 60
    flash_lag_median_s: float = 3.0 * 60
    news_lag_sigma: float = 0.8
    max_news_share: float = 0.2
    """Of a page's posts at most this share reacts to news."""

    disclosed_share: float = 0.4
    """Of the smaller page of the disclosed pair."""
    disclosed_lag_s: int = 10

    headline_window_s: int = 60
    event_posts_share: float | None = None
    """Share of the network's posts that are in events; None: as many as the target needs."""
    target_co_timed_n: int = 8_850
    target_tolerance_n: int = 25
    max_events_n: int = 4_600
    event_size_shares: tuple[tuple[int, float], ...] = ((2, 0.78), (3, 0.15), (4, 0.05), (5, 0.02))
    max_event_share: float = 0.75
    """Of a page's posts at most this share belongs to events."""
    lag_quick_share: float = 0.7
    lag_quick_median_s: float = 7.0
    lag_quick_sigma: float = 0.7
    lag_slow_median_s: float = 24.0
    lag_slow_sigma: float = 0.6
    lag_cap_s: int = 59
    first_event_h: tuple[float, float] = (2.0, 9.0)
    """A later page's first event falls this long after its creation."""
    memorial_pages: tuple[int, ...] = (3, 0, 1)
    """Pages that post the image of 18 March 2021, leader first."""

    same_text_share: float = 0.85
    """Events whose posts carry one text with few edits; the others share an image or a link."""
    max_edits_n: int = 3
    narrative_event_share: float = 0.55
    narrative_share: float = 0.25
    """Share of habitual posts that tell a narrative."""
    imitation_share: float = 0.02
    imitation_lag_median_s: float = 3.0 * HOUR_S

    contact_share: float = 0.03
    promotion_days: int = 45
    """Other pages carry the newest page's number this long after its creation."""
    image_ocr_error_share: float = 0.05
    arabic_digits_share: float = 0.005

    missing_message_share: float = 0.003
    message_newline_share: float = 0.02
    duplicate_row_share: float = 0.005
    undated_row_share: float = 0.002
    """Further rows whose time cannot be read."""
    back_dated_n: int = 40
    """Further posts of the network's pages, which claim an earlier time than their ids have."""

    @property
    def all_pages(self) -> tuple[Page, ...]:
        """The network's pages, then the others; a post names its page by its place here."""
        return self.pages + self.controls

    @property
    def posts_n(self) -> int:
        """Posts of the network's pages together."""
        return sum(page.posts_n for page in self.pages)


DEFAULTS = Parameters()
