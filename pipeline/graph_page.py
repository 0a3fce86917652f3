"""Write `docs/reference/graph.md`: assets, jobs, sensors and schedules as Dagster knows them."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from pipeline.definitions import build_defs

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "graph.md"

_HEADER = """\
# Graph

<!-- Written by `python -m pipeline.docs` from the definitions; do not edit. -->

What Dagster runs, and when. Every asset is partitioned by case,
but `case_states`, which is of all cases at once.
"""


def graph_page() -> str:
    """Return the page."""
    defs = build_defs()
    return "\n".join([_HEADER, *_assets(defs), *_jobs(defs), *_watching(defs)])


def _assets(defs: dg.Definitions) -> Iterator[str]:
    graph = defs.resolve_asset_graph()
    checks: dict[dg.AssetKey, int] = {}
    for check in graph.asset_check_keys:
        checks[check.asset_key] = checks.get(check.asset_key, 0) + 1
    yield "## Assets\n\n| group | asset | made from | kinds | checks |\n|---|---|---|---|---|"
    for key in graph.toposorted_asset_keys:
        node = graph.get(key)
        parents = ", ".join(f"`{parent.to_user_string()}`" for parent in sorted(node.parent_keys))
        kinds = ", ".join(sorted(node.kinds or ()))
        yield (
            f"| {node.group_name} | `{key.to_user_string()}` | {parents} | {kinds} | "
            f"{checks.get(key, '')} |"
        )


def _jobs(defs: dg.Definitions) -> Iterator[str]:
    yield "\n## Jobs\n\n| job | what it does |\n|---|---|"
    for job in sorted(defs.resolve_all_job_defs(), key=lambda job: job.name):
        if not job.name.startswith("__"):
            yield f"| `{job.name}` | {job.description} |"


def _watching(defs: dg.Definitions) -> Iterator[str]:
    repository = defs.get_repository_def()
    yield "\n## Sensors and schedules\n"
    yield "| name | when | runs | at first | what it does |\n|---|---|---|---|---|"
    for sensor in sorted(repository.sensor_defs, key=lambda sensor: sensor.name):
        jobs = ", ".join(f"`{target.job_name}`" for target in sensor.targets)
        when = f"every {sensor.minimum_interval_seconds} s"
        on = sensor.default_status.value.lower()
        yield f"| `{sensor.name}` | {when} | {jobs} | {on} | {sensor.description} |"
    for schedule in sorted(repository.schedule_defs, key=lambda schedule: schedule.name):
        on = schedule.default_status.value.lower()
        when = f"`{schedule.cron_schedule}` UTC"
        job = f"`{schedule.job_name}`"
        yield f"| `{schedule.name}` | {when} | {job} | {on} | {schedule.description} |"
    yield ""
