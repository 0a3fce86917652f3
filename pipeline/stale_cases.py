"""A case that is not fine is told to the operator's webhook: once, and again when it gets worse."""

import json
from dataclasses import dataclass

import dagster as dg

from assets.case_states import NAME, is_worse
from pipeline.webhook import WEBHOOK, address, post


@dataclass(frozen=True, slots=True)
class Seen:
    """How the last look found a case that is not fine."""

    state: str
    what: str


@dg.sensor(
    minimum_interval_seconds=300,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description=f"Posts to the address in {WEBHOOK}, if there is one, each case that the last look "
    "at all of them did not find fine: once, and again when it gets worse.",
)
def stale_cases(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Tell of the cases that were not told of yet; the cursor holds those that were."""
    if not address():
        return dg.SkipReason(f"{WEBHOOK} names no address")
    seen = last_seen(context.instance)
    told: dict[str, str] = json.loads(context.cursor or "{}")
    news = {name: one for name, one in seen.items() if is_worse(one.state, told.get(name, "fine"))}
    if news and not post(_text(news), context.log):
        return dg.SkipReason("the address did not answer; it is tried again")
    return dg.SensorResult(
        skip_reason=f"told of {', '.join(news)}" if news else "nothing new",
        cursor=json.dumps({name: one.state for name, one in seen.items()}),
    )


def last_seen(instance: dg.DagsterInstance) -> dict[str, Seen]:
    """Return the cases that the last look at all of them did not find fine."""
    event = instance.get_latest_materialization_event(dg.AssetKey(NAME))
    look = event.asset_materialization if event else None
    table = look.metadata.get("cases") if look else None
    if not isinstance(table, dg.TableMetadataValue):
        return {}
    rows = [record.data for record in table.records]
    return {
        str(row["case"]): Seen(str(row["state"]), str(row["what"]))
        for row in rows
        if row["state"] != "fine"
    }


def _text(news: dict[str, Seen]) -> str:
    lines = [f"{name} ({one.state}): {one.what}" for name, one in news.items()]
    return "\n".join(
        ["Cases that somebody should look after:", *lines, "What to do: lockstep doctor", ""]
    )
