-- Nearest post of another account of the scope before and after each event post.
-- grain: event post of the scope
-- inputs: posts (event posts only), accounts (of the scope only)
-- parameters: $scope name of the scope
-- output order: place
-- A run is a stretch of posts of one account with no other account's post between them. The latest
-- earlier post of another account is what stands before the run, the earliest later one what stands
-- after it: the last and the first such post seen from here, never a range join. A post's place is
-- that in the total order (posted_at_s, account_key, post_key). Accounts are ranks of their keys
-- until the end, so that windows carry less.
with numbered_accounts as (
    select
        account_key,
        created_at_s,
        row_number() over (order by account_key asc) as account_rank
    from accounts
),

event_posts as (
    select
        posts.post_key,
        numbered_accounts.account_rank,
        posts.posted_at_s
    from posts
    inner join numbered_accounts on posts.account_key = numbered_accounts.account_key
),

first_posts as (
    select
        account_rank,
        min(posted_at_s) as first_post_s
    from event_posts
    group by account_rank
),

lives as (
    select
        case
            when numbered_accounts.created_at_s is null then 0
            when first_posts.first_post_s < numbered_accounts.created_at_s
                then first_posts.first_post_s
            else numbered_accounts.created_at_s
        end as alive_from_s,
        numbered_accounts.account_rank
    from numbered_accounts
    left join first_posts on numbered_accounts.account_rank = first_posts.account_rank
),

births as (
    select
        alive_from_s,
        row_number() over (order by alive_from_s asc, account_rank asc) as place
    from lives
),

-- A post's own account lives when it posts, so that two living accounts mean another one.
company as (
    select max(alive_from_s) as from_s
    from births
    where place = 2
),

neighbours as (
    select
        post_key,
        account_rank,
        posted_at_s,
        row_number() over total as place,
        lag(post_key) over total as post_before,
        lag(account_rank) over total as rank_before,
        lag(posted_at_s) over total as before_s,
        lead(post_key) over total as post_after,
        lead(account_rank) over total as rank_after,
        lead(posted_at_s) over total as after_s
    from event_posts
    window total as (order by posted_at_s asc, account_rank asc, post_key asc)
),

run_edges as (
    select
        post_key,
        account_rank,
        posted_at_s,
        place,
        case when rank_before <> account_rank then post_before end as post_before,
        case when rank_before <> account_rank then rank_before end as rank_before,
        case when rank_before <> account_rank then before_s end as before_s,
        case when rank_after <> account_rank then post_after end as post_after,
        case when rank_after <> account_rank then rank_after end as rank_after,
        case when rank_after <> account_rank then after_s end as after_s
    from neighbours
),

gaps as (
    select
        post_key,
        account_rank,
        posted_at_s,
        place,
        last_value(post_before ignore nulls) over so_far as prev_post_key,
        last_value(rank_before ignore nulls) over so_far as prev_rank,
        posted_at_s - last_value(before_s ignore nulls) over so_far as gap_before_s,
        first_value(post_after ignore nulls) over from_here as next_post_key,
        first_value(rank_after ignore nulls) over from_here as next_rank,
        first_value(after_s ignore nulls) over from_here - posted_at_s as gap_after_s
    from run_edges
    window
        so_far as (order by place asc rows between unbounded preceding and current row),
        from_here as (order by place asc rows between current row and unbounded following)
)

select
    $scope as scope,
    gaps.post_key,
    own.account_key,
    gaps.posted_at_s,
    coalesce(gaps.posted_at_s >= company.from_s, false) as eligible,
    gaps.prev_post_key,
    earlier.account_key as prev_account_key,
    gaps.gap_before_s,
    gaps.next_post_key,
    later.account_key as next_account_key,
    gaps.gap_after_s,
    case
        when gaps.gap_before_s is null then gaps.gap_after_s
        when gaps.gap_after_s is null then gaps.gap_before_s
        when gaps.gap_before_s < gaps.gap_after_s then gaps.gap_before_s
        else gaps.gap_after_s
    end as nearest_gap_s
from gaps
inner join numbered_accounts as own on gaps.account_rank = own.account_rank
left join numbered_accounts as earlier on gaps.prev_rank = earlier.account_rank
left join numbered_accounts as later on gaps.next_rank = later.account_rank
cross join company
order by gaps.place asc
