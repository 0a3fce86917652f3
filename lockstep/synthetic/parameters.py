"""Every number of the synthetic case, in one place (METHODS §11).

Pages, organisations and contacts are fictional. Volumes, rhythms and the lag law are assumptions,
chosen so that the case has the size and the co-timing of the published case study.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

Variant = Literal["seed-shaped", "null"]

DAY_S = 86_400
HOUR_S = 3_600


def utc_s(moment: str) -> int:
    """Return a moment such as `2020-02-02 10:00:00` in seconds since 1970-01-01 UTC."""
    return int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp())


@dataclass(frozen=True, slots=True)
class Page:
    """A fictional page: when it was created, how much it posts, who follows it."""

    code: str
    account_id: str
    created_s: int
    posts_n: int
    followers_n: int

    @property
    def name(self) -> str:
        """The displayed name, which says that the page is synthetic."""
        return f"SYN-{self.code}"

    @property
    def account_key(self) -> str:
        """The key that staging gives to the page."""
        return f"facebook:{self.account_id}"


PAGES = (
    Page("A", "100000000000001", utc_s("2015-02-20 09:12:41"), 6_500, 24_000),
    Page("B", "100000000000002", utc_s("2020-01-08 16:03:27"), 9_000, 90_500),
    Page("C", "100000000000003", utc_s("2020-09-14 08:47:05"), 3_300, 9_700),
    Page("D", "100000000000004", utc_s("2021-01-25 10:30:52"), 4_000, 14_000),
    Page("E", "100000000000005", utc_s("2021-11-15 07:21:18"), 885, 3_000),
)


@dataclass(frozen=True, slots=True)
class Parameters:
    """What the generator assumes. Shares are of 1; `_s` seconds, `_h` hours."""

    pages: tuple[Page, ...] = PAGES
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

    headline_window_s: int = 60
    target_co_timed_n: int = 8_850
    target_tolerance_n: int = 25
    max_events_n: int = 4_600
    event_size_shares: tuple[tuple[int, float], ...] = ((2, 0.78), (3, 0.15), (4, 0.05), (5, 0.02))
    max_event_share: float = 0.9
    """Of a page's posts at most this share belongs to events."""
    lag_quick_share: float = 0.7
    lag_quick_median_s: float = 7.0
    lag_quick_sigma: float = 0.7
    lag_slow_median_s: float = 24.0
    lag_slow_sigma: float = 0.6
    lag_cap_s: int = 59
    first_event_h: tuple[float, float] = (2.0, 9.0)
    """A later page's first event falls this long after its creation."""

    same_text_share: float = 0.85
    """Events whose posts carry one text with few edits; the others share an image or a link."""
    max_edits_n: int = 3
    imitation_share: float = 0.02
    imitation_lag_median_s: float = 3.0 * HOUR_S

    contact_share: float = 0.03
    promotion_days: int = 45
    """Other pages carry the newest page's number this long after its creation."""
    image_ocr_error_share: float = 0.05
    arabic_digits_share: float = 0.005

    @property
    def posts_n(self) -> int:
        """Posts of all pages together."""
        return sum(page.posts_n for page in self.pages)


DEFAULTS = Parameters()
