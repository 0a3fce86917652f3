-- Pairs under study by name at the headline window, the most synchronised first, beside chance.
-- grain: account pair
-- inputs: pair_timing, accounts
-- parameters: none
-- output order: ratio descending, account_a, account_b
select
    a.name as name_a,
    b.name as name_b,
    pair_timing.window_s,
    pair_timing.hits_n,
    pair_timing.hits_tested_n,
    pair_timing.expected,
    pair_timing.ratio,
    pair_timing.p_robust,
    pair_timing.q,
    pair_timing.episodes_n,
    pair_timing.days_n,
    pair_timing.lag_median_s,
    pair_timing.meets_timing_rule,
    pair_timing.account_a,
    pair_timing.account_b
from pair_timing
inner join accounts as a on pair_timing.account_a = a.account_key
inner join accounts as b on pair_timing.account_b = b.account_key
where pair_timing.scope = 'network' and pair_timing.p_method <> 'other_window'
order by
    pair_timing.ratio desc nulls last,
    pair_timing.account_a asc,
    pair_timing.account_b asc
