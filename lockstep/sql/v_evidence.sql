-- The posts behind each finding, with both texts, times and addresses side by side.
-- grain: finding x post x neighbour
-- inputs: finding_evidence, posts, accounts, sources
-- parameters: none
-- output order: finding_id, posted_at, post_key, other_post_key
select
    finding_evidence.finding_id,
    finding_evidence.role,
    accounts.name,
    posts.posted_at,
    posts.text,
    finding_evidence.lag_s,
    other_accounts.name as other_name,
    other_posts.posted_at as other_posted_at,
    other_posts.text as other_text,
    finding_evidence.permalink,
    finding_evidence.other_permalink,
    sources.file_name,
    finding_evidence.source_row,
    finding_evidence.post_key,
    finding_evidence.other_post_key
from finding_evidence
inner join posts on finding_evidence.post_key = posts.post_key
inner join accounts on finding_evidence.account_key = accounts.account_key
inner join sources on finding_evidence.source_id = sources.source_id
left join posts as other_posts on finding_evidence.other_post_key = other_posts.post_key
left join accounts as other_accounts
    on finding_evidence.other_account_key = other_accounts.account_key
order by
    finding_evidence.finding_id asc,
    posts.posted_at asc,
    finding_evidence.post_key asc,
    finding_evidence.other_post_key asc nulls last
