-- Chains of posts, each at most the window after the one before it, that hold two accounts or more.
-- grain: scope x window x episode
-- inputs: timing_difference
-- parameters: $window_s longest gap within a chain in s, inclusive
-- output order: scope, started_s, first_post_key
with steps as (
    select
        scope,
        post_key,
        account_key,
        posted_at_s,
        lag(posted_at_s) over (
            partition by scope
            order by posted_at_s asc, account_key asc, post_key asc
        ) as posted_before_s
    from timing_difference
),

chained as (
    select
        scope,
        post_key,
        account_key,
        posted_at_s,
        sum(case when posted_at_s - posted_before_s <= $window_s then 0 else 1 end) over (
            partition by scope
            order by posted_at_s asc, account_key asc, post_key asc
            rows between unbounded preceding and current row
        ) as chain_n,
        case when posted_at_s - posted_before_s <= $window_s then 0 else 1 end as is_start
    from steps
),

chains as (
    select
        scope,
        chain_n,
        max(case when is_start = 1 then post_key end) as first_post_key,
        min(posted_at_s) as started_s,
        max(posted_at_s) as ended_s,
        count(post_key) as posts_n,
        count(distinct account_key) as accounts_n
    from chained
    group by scope, chain_n
)

select
    scope,
    cast($window_s as bigint) as window_s,
    first_post_key,
    to_timestamp(started_s) as started_at,
    to_timestamp(ended_s) as ended_at,
    started_s,
    ended_s,
    posts_n,
    accounts_n
from chains
where accounts_n >= 2
order by scope asc, started_s asc, first_post_key asc
