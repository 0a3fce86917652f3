-- Every definition of co-timed posting side by side, at every window, over the whole time.
-- grain: scope x definition x window
-- inputs: timing_statistics
-- parameters: none
-- output order: scope, definition, window_s
select
    scope,
    definition,
    window_s,
    event_posts_n,
    observed,
    share,
    eligible_share,
    observed_tested,
    expected,
    ratio,
    ratio_low,
    ratio_high,
    p_value
from timing_statistics
where subject_kind = 'scope' and period = 'all' and null_id = 'N1'
order by scope asc, definition asc, window_s asc
