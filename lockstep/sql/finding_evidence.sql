-- The posts that each finding rests on, each with the raw row it came from.
-- grain: finding x post x neighbour
-- inputs: findings, timing_difference, posts
-- parameters: none
-- output order: finding_id, post_key, other_post_key
-- Coincidences of a pair are found by equi-joins on buckets as wide as the window: a post lies in
-- its own bucket, its neighbours there or in the one before or after.
with networks as (
    select
        finding_id,
        window_s
    from findings
    where claim_type = 'A1' and subject_kind = 'network'
),

pairs as (
    select
        finding_id,
        window_s,
        subject_a,
        subject_b
    from findings
    where claim_type = 'A1' and subject_kind = 'pair'
),

congruences as (
    select
        finding_id,
        subject_a as account_key
    from findings
    where claim_type = 'congruence'
    union all
    select
        finding_id,
        subject_b as account_key
    from findings
    where claim_type = 'congruence'
),

nearest as (
    select
        networks.finding_id,
        timing_difference.post_key,
        timing_difference.prev_post_key as other_post_key
    from networks
    inner join timing_difference on networks.window_s >= timing_difference.gap_before_s
    union all
    select
        networks.finding_id,
        timing_difference.post_key,
        timing_difference.next_post_key as other_post_key
    from networks
    inner join timing_difference on networks.window_s >= timing_difference.gap_after_s
),

posts_a as (
    select
        pairs.finding_id,
        pairs.window_s,
        timing_difference.post_key,
        timing_difference.posted_at_s,
        cast(floor(timing_difference.posted_at_s / pairs.window_s) as bigint) as bucket
    from pairs
    inner join timing_difference on pairs.subject_a = timing_difference.account_key
),

posts_b as (
    select
        pairs.finding_id,
        timing_difference.post_key,
        timing_difference.posted_at_s,
        cast(floor(timing_difference.posted_at_s / pairs.window_s) as bigint) as bucket
    from pairs
    inner join timing_difference on pairs.subject_b = timing_difference.account_key
),

steps as (
    select -1 as step
    union all
    select 0 as step
    union all
    select 1 as step
),

buckets_b as (
    select
        posts_b.finding_id,
        posts_b.post_key,
        posts_b.posted_at_s,
        posts_b.bucket + steps.step as bucket
    from posts_b
    cross join steps
),

coincidences as (
    select
        posts_a.finding_id,
        posts_a.post_key,
        buckets_b.post_key as other_post_key
    from posts_a
    inner join buckets_b
        on posts_a.finding_id = buckets_b.finding_id and posts_a.bucket = buckets_b.bucket
    where abs(posts_a.posted_at_s - buckets_b.posted_at_s) <= posts_a.window_s
),

counted as (
    select
        congruences.finding_id,
        timing_difference.post_key,
        cast(null as varchar) as other_post_key
    from congruences
    inner join timing_difference on congruences.account_key = timing_difference.account_key
),

evidence as (
    select
        finding_id,
        post_key,
        other_post_key
    from nearest
    union all
    select
        finding_id,
        post_key,
        other_post_key
    from coincidences
    union all
    select
        finding_id,
        post_key,
        other_post_key
    from counted
)

select
    evidence.finding_id,
    case
        when evidence.other_post_key is null then 'counted'
        when posts.posted_at_s > neighbours.posted_at_s then 'follower'
        when posts.posted_at_s < neighbours.posted_at_s then 'leader'
        else 'same_second'
    end as role,
    evidence.post_key,
    posts.account_key,
    posts.posted_at_s,
    evidence.other_post_key,
    neighbours.account_key as other_account_key,
    posts.posted_at_s - neighbours.posted_at_s as lag_s,
    posts.source_id,
    posts.source_row,
    neighbours.source_id as other_source_id,
    neighbours.source_row as other_source_row,
    posts.post_url as permalink,
    neighbours.post_url as other_permalink
from evidence
inner join posts on evidence.post_key = posts.post_key
left join posts as neighbours on evidence.other_post_key = neighbours.post_key
order by
    evidence.finding_id asc,
    evidence.post_key asc,
    evidence.other_post_key asc nulls last
