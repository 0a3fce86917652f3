-- How often each null rejects independent accounts, and finds what is planted, by kind and size.
-- grain: scenario x kind x span x volume x planted share x null x level
-- inputs: calibration
-- parameters: none
-- output order: planted_share, scenario, subject_kind, null_id, alpha, span_days, posts_per_day
select
    scenario,
    subject_kind,
    span_days,
    posts_per_day,
    planted_share,
    null_id,
    alpha,
    simulations_n,
    rate,
    rate_se,
    most_rate,
    least_rate,
    within_tolerance,
    ratio
from calibration
order by
    planted_share asc,
    scenario asc,
    subject_kind asc,
    null_id asc,
    alpha asc,
    span_days asc,
    posts_per_day asc
