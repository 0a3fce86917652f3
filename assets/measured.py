"""The measured tables: what is counted and tested, and from which tables."""

from assets.factory import table_asset
from lockstep.activity import correlation
from lockstep.activity import post_counts as counts
from lockstep.timing import differences, pairs, statistics
from lockstep.timing import episodes as chains
from lockstep.timing import lag_statistics as lag_law
from lockstep.timing import pair_lags as lags
from lockstep.timing.gates import assemble as gating

timing_difference = table_asset(differences.timing_difference, inputs=("posts", "accounts"))

pair_lags = table_asset(lags.pair_lags, inputs=("timing_difference", "posts", "accounts"))

lag_statistics = table_asset(lag_law.lag_statistics, inputs=("posts", "accounts", "sources"))

episodes = table_asset(chains.episodes, inputs=("timing_difference",))

pair_timing = table_asset(pairs.pair_timing, inputs=("posts", "accounts", "sources"))

timing_statistics = table_asset(
    statistics.timing_statistics, inputs=("posts", "accounts", "sources", "pair_timing")
)

gates = table_asset(
    gating.gates, inputs=("posts", "accounts", "sources", "timing_statistics", "pair_timing")
)

post_counts = table_asset(counts.post_counts, inputs=("posts",))

post_count_correlation = table_asset(
    correlation.post_count_correlation,
    inputs=("post_counts", "timing_difference", "accounts", "posts", "sources"),
)
