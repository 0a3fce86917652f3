-- Every two posts of different accounts at most so long apart, the earlier one first.
-- grain: scope x leader post x follower post
-- inputs: timing_difference
-- parameters: $max_lag_s longest lag in s, inclusive
-- output order: scope, leader_posted_at_s, leader_post_key, follower_post_key
with posts as (
    select
        scope,
        post_key,
        account_key,
        posted_at_s,
        cast($max_lag_s as bigint) as max_lag_s,
        cast(floor(posted_at_s / ($max_lag_s + 1)) as bigint) as bucket
    from timing_difference
),

steps as (
    select 0 as step
    union all
    select 1 as step
),

leaders as (
    select
        posts.scope,
        posts.post_key,
        posts.account_key,
        posts.posted_at_s,
        posts.max_lag_s,
        posts.bucket + steps.step as bucket
    from posts
    cross join steps
),

pairs as (
    select
        leaders.scope,
        leaders.account_key as leader_account_key,
        posts.account_key as follower_account_key,
        leaders.post_key as leader_post_key,
        posts.post_key as follower_post_key,
        leaders.posted_at_s as leader_posted_at_s,
        posts.posted_at_s - leaders.posted_at_s as lag_s,
        posts.posted_at_s = leaders.posted_at_s as is_tie
    from leaders
    inner join posts
        on leaders.scope = posts.scope and leaders.bucket = posts.bucket
    where
        leaders.account_key <> posts.account_key
        and posts.posted_at_s - leaders.posted_at_s between 0 and leaders.max_lag_s
        and (
            leaders.posted_at_s < posts.posted_at_s
            or leaders.account_key < posts.account_key
        )
)

select
    scope,
    leader_account_key,
    follower_account_key,
    leader_post_key,
    follower_post_key,
    leader_posted_at_s,
    lag_s,
    is_tie
from pairs
order by
    scope asc,
    leader_posted_at_s asc,
    leader_post_key asc,
    follower_post_key asc
