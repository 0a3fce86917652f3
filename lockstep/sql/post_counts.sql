-- How many event posts each account published in each hour, day and ISO week.
-- grain: account x bin width x bin that holds a post
-- inputs: posts (event posts only)
-- parameters: none
-- output order: account_key, bin, bin_start_s
-- 1970-01-01 was a Thursday: weeks count from the first Monday after it. A remainder of a negative
-- number is negative, hence the second step of it.
with widths as (
    select
        'hour' as bin,
        3600 as width_s,
        0 as origin_s
    union all
    select
        'day' as bin,
        86400 as width_s,
        0 as origin_s
    union all
    select
        'week' as bin,
        604800 as width_s,
        345600 as origin_s
),

binned as (
    select
        posts.account_key,
        posts.post_key,
        widths.bin,
        posts.posted_at_s - (
            (posts.posted_at_s - widths.origin_s) % widths.width_s + widths.width_s
        ) % widths.width_s as bin_start_s
    from posts
    cross join widths
)

select
    account_key,
    bin,
    bin_start_s,
    count(post_key) as posts_n
from binned
group by account_key, bin, bin_start_s
order by account_key asc, bin asc, bin_start_s asc
