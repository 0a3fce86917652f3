-- Nearest post of another account of the scope before and after each event post.
-- grain: event post of the scope
-- inputs: posts, accounts (of the scope only)
-- parameters: $scope name of the scope
-- output order: posted_at_s, account_key, post_key
-- A run is a stretch of posts of one account with no other account's post between them. The latest
-- earlier post of another account is the last of the run before, the earliest later one the first
-- of the run after: equi-joins on the run's number, never a range join.
with event_posts as (
    select
        posts.post_key,
        posts.account_key,
        posts.posted_at_s
    from posts
    inner join accounts on posts.account_key = accounts.account_key
    where not posts.is_scheduled_announcement and posts.posted_at_uncertainty_s = 0
),

first_posts as (
    select
        account_key,
        min(posted_at_s) as first_post_s
    from event_posts
    group by account_key
),

lives as (
    select
        case
            when accounts.created_at_s is null then 0
            when first_posts.first_post_s < accounts.created_at_s then first_posts.first_post_s
            else accounts.created_at_s
        end as alive_from_s,
        row_number() over (
            order by
                case
                    when accounts.created_at_s is null then 0
                    when first_posts.first_post_s < accounts.created_at_s
                        then first_posts.first_post_s
                    else accounts.created_at_s
                end asc,
                accounts.account_key asc
        ) as place
    from accounts
    left join first_posts on accounts.account_key = first_posts.account_key
),

-- A post's own account lives when it posts, so that two living accounts mean another one.
company as (
    select max(alive_from_s) as from_s
    from lives
    where place = 2
),

neighbours as (
    select
        post_key,
        account_key,
        posted_at_s,
        lag(account_key) over (
            order by posted_at_s asc, account_key asc, post_key asc
        ) as account_before,
        lead(account_key) over (
            order by posted_at_s asc, account_key asc, post_key asc
        ) as account_after
    from event_posts
),

runs as (
    select
        post_key,
        account_key,
        posted_at_s,
        account_before,
        account_after,
        sum(case when account_key = account_before then 0 else 1 end) over (
            order by posted_at_s asc, account_key asc, post_key asc
            rows between unbounded preceding and current row
        ) as run
    from neighbours
),

run_ends as (
    select
        post_key,
        account_key,
        posted_at_s,
        run + 1 as run_after
    from runs
    where account_after is null or account_after <> account_key
),

run_starts as (
    select
        post_key,
        account_key,
        posted_at_s,
        run - 1 as run_before
    from runs
    where account_before is null or account_before <> account_key
),

gaps as (
    select
        runs.post_key,
        runs.account_key,
        runs.posted_at_s,
        run_ends.post_key as prev_post_key,
        run_ends.account_key as prev_account_key,
        runs.posted_at_s - run_ends.posted_at_s as gap_before_s,
        run_starts.post_key as next_post_key,
        run_starts.account_key as next_account_key,
        run_starts.posted_at_s - runs.posted_at_s as gap_after_s
    from runs
    left join run_ends on runs.run = run_ends.run_after
    left join run_starts on runs.run = run_starts.run_before
)

select
    $scope as scope,
    gaps.post_key,
    gaps.account_key,
    gaps.posted_at_s,
    coalesce(gaps.posted_at_s >= company.from_s, false) as eligible,
    gaps.prev_post_key,
    gaps.prev_account_key,
    gaps.gap_before_s,
    gaps.next_post_key,
    gaps.next_account_key,
    gaps.gap_after_s,
    case
        when gaps.gap_before_s is null then gaps.gap_after_s
        when gaps.gap_after_s is null then gaps.gap_before_s
        when gaps.gap_before_s < gaps.gap_after_s then gaps.gap_before_s
        else gaps.gap_after_s
    end as nearest_gap_s
from gaps
cross join company
order by gaps.posted_at_s asc, gaps.account_key asc, gaps.post_key asc
