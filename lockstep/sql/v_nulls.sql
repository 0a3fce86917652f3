-- Co-timed posts (A1) at every window beside what each null model gives.
-- grain: scope x window x null
-- inputs: timing_statistics
-- parameters: none
-- output order: scope, window_s, null_id
select
    scope,
    window_s,
    null_id,
    observed,
    observed_tested,
    expected,
    ratio,
    p_value
from timing_statistics
where definition = 'A1' and subject_kind = 'scope' and period = 'all'
order by scope asc, window_s asc, null_id asc
