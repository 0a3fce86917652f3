"""The error rates: those shipped with the release, and those of the case itself."""

import hashlib
import json

import dagster as dg
import polars as pl

import data_contracts
from assets.cases import Case
from assets.factory import table_asset
from assets.metadata import OWNERS, defined, described, kinds, materialised
from assets.partitions import CASES
from assets.received import CASE_FILE
from assets.resources import Workspace
from assets.steps import step
from assets.versions import code_version
from lockstep.calibration import case as of_case
from lockstep.calibration import table as shipped
from lockstep.storage import empty, file_sha256

calibration = table_asset(shipped.calibration, inputs=())

_INPUTS = ("posts", "accounts", "sources")
_VERSION = code_version(of_case.__name__, of_case.TABLE, _INPUTS)


class SelfCalibration(dg.Config):
    """How many surrogates of the case are tested; none in an ordinary run, which keeps or drops."""

    surrogate_cases_n: int = 0


@dg.asset(
    name=of_case.TABLE,
    deps=[*_INPUTS, CASE_FILE],
    group_name=data_contracts.load(of_case.TABLE).group,
    partitions_def=CASES,
    code_version=_VERSION,
    description=described(of_case.TABLE),
    kinds=kinds(of_case.TABLE),
    owners=OWNERS,
    metadata=defined(of_case.TABLE, of_case.case_calibration),
)
def case_calibration(
    context: dg.AssetExecutionContext, workspace: Workspace, config: SelfCalibration
) -> dg.MaterializeResult[None]:
    """Measure the error rates of a case, or keep what was measured on these very inputs."""
    case, run_id = workspace.case(context.partition_key), context.run.run_id
    with step(case, of_case.TABLE, run_id, {of_case.TABLE: _VERSION}) as under_way:
        inputs_sha256, before = _inputs_sha256(case), _version(case)
        if config.surrogate_cases_n:
            frame = of_case.case_calibration(
                **{name: case.read(name) for name in _INPUTS},
                settings=case.settings,
                surrogate_cases_n=config.surrogate_cases_n,
            ).with_columns(pl.lit(inputs_sha256).alias("inputs_sha256"))
        else:
            frame = _kept(case, inputs_sha256)
        data_version = case.write(frame, of_case.TABLE)
        if not config.surrogate_cases_n and data_version == before:
            under_way.kept.add(of_case.TABLE)
        is_kept = of_case.TABLE in under_way.kept
        return materialised(case, of_case.TABLE, data_version, run_id=run_id, is_kept=is_kept)


def _version(case: Case) -> str | None:
    file = case.table(of_case.TABLE)
    return file_sha256(file) if file.is_file() else None


def _kept(case: Case, inputs_sha256: str) -> pl.DataFrame:
    """Return the table as it was measured on these inputs by this code; empty otherwise.

    A file that is there but cannot be read, or is of another contract, was not measured so either.
    """
    nothing = empty(of_case.TABLE)
    if not case.table(of_case.TABLE).is_file():
        return nothing
    try:
        former = case.read(of_case.TABLE).collect()
    except (OSError, pl.exceptions.PolarsError):
        return nothing
    if former.schema != nothing.schema:
        return nothing
    return former.filter(pl.col("inputs_sha256") == inputs_sha256)


def _inputs_sha256(case: Case) -> str:
    """Hash what the table is made from: staged tables, case file and code."""
    versions = {name: file_sha256(case.table(name)) for name in _INPUTS}
    parts = {**versions, "case.toml": case.config_sha256, "code": _VERSION}
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
