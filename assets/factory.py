"""One thin asset a table: read its inputs, call the function of its name, write its file.

A table that is as it would be made is kept.
"""

import inspect
from collections.abc import Callable

import dagster as dg
import polars as pl

import data_contracts
from assets.metadata import OWNERS, defined, described, kinds, materialised
from assets.origin import kept, origin
from assets.partitions import CASES
from assets.received import CASE_FILE
from assets.resources import Workspace
from assets.steps import step
from assets.transient import tried_again
from assets.versions import code_version
from lockstep.errors import MethodError


def table_asset(
    function: Callable[..., pl.DataFrame], *, inputs: tuple[str, ...]
) -> dg.AssetsDefinition:
    """Return the asset of the table that a function of `lockstep` computes.

    Args:
        function: Named like its table; takes its input tables, and the settings where they decide
            anything, by keyword.
        inputs: The tables it reads, as its signature names them.

    Raises:
        MethodError: The function takes something else than these tables and perhaps the settings.
    """
    table = function.__name__
    needs_settings = _agree(function, inputs)
    version = code_version(function.__module__, table, inputs)

    @dg.asset(
        name=table,
        deps=[*inputs, *([CASE_FILE] if needs_settings else [])],
        group_name=data_contracts.load(table).group,
        partitions_def=CASES,
        code_version=version,
        description=described(table),
        kinds=kinds(table),
        owners=OWNERS,
        metadata=defined(table, function),
    )
    def made(context: dg.AssetExecutionContext, workspace: Workspace) -> dg.MaterializeResult[None]:
        case, run_id = workspace.case(context.partition_key), context.run.run_id
        with step(case, table, run_id, {table: version}) as under_way:
            received = {"case_file": case.config_sha256} if needs_settings else {}
            made_of = origin(case, version, inputs, **received)
            data_version = None if workspace.anew else kept(case, table, made_of)
            if data_version is not None:
                under_way.kept.add(table)
            else:
                given = {"settings": case.settings} if needs_settings else {}
                with tried_again():
                    frame = function(**{name: case.read(name) for name in inputs}, **given)
                    data_version = case.write(frame, table)
            return materialised(
                case,
                table,
                data_version,
                run_id=run_id,
                made_of=made_of,
                is_kept=table in under_way.kept,
            )

    return made


def _agree(function: Callable[..., pl.DataFrame], inputs: tuple[str, ...]) -> bool:
    """Return whether the function takes the settings, too."""
    taken = inspect.signature(function).parameters
    if {*taken, "settings"} != {*inputs, "settings"}:
        raise MethodError(
            f"takes {', '.join(taken)}",
            where=f"{function.__module__}.{function.__name__}",
            expected=", ".join((*inputs, "settings")),
        )
    return "settings" in taken
