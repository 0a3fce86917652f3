-- Co-timed posts (A1) by window: how many, how many by chance, and how many times as many.
-- grain: scope x window
-- inputs: timing_statistics
-- parameters: none
-- output order: scope, window_s
select
    scope,
    window_s,
    event_posts_n,
    observed,
    share,
    tested_posts_n,
    observed_tested,
    expected,
    ratio,
    ratio_low,
    ratio_high,
    band_low,
    band_high,
    excess,
    p_value
from timing_statistics
where definition = 'A1' and subject_kind = 'scope' and period = 'all' and null_id = 'N1'
order by scope asc, window_s asc
