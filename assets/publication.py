"""What analysts open: the database and the manifest, written last and only from checked tables."""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

import data_contracts
import lockstep
from assets.cases import Case
from assets.metadata import OWNERS, rows_n
from assets.origin import last_made
from assets.partitions import CASES
from assets.received import EXPORTS, answered
from assets.resources import Workspace
from assets.steps import PUBLICATION, step
from assets.swap import swap_in
from assets.transient import tried_again
from assets.versions import code_version, installed
from lockstep.errors import ContractError
from lockstep.export import run_log
from lockstep.files import whole_file
from lockstep.ingest.formats import OWN
from lockstep.storage import file_sha256


def publication_asset(tables: Sequence[dg.AssetsDefinition]) -> dg.AssetsDefinition:
    """Return the asset that publishes a case from these tables, behind all blocking checks."""
    specs = {spec.key.to_user_string(): spec for made in tables for spec in made.specs}

    version = code_version(__name__, "runs", data_contracts.names("lineage"))

    @dg.asset(
        name=PUBLICATION,
        deps=list(specs),
        group_name="products",
        partitions_def=CASES,
        code_version=version,
        description="The case's database and manifest, swapped in once every critical rule holds.",
        kinds={"duckdb"},
        owners=OWNERS,
    )
    def publication(
        context: dg.AssetExecutionContext, workspace: Workspace
    ) -> dg.MaterializeResult[None]:
        case, run_id = workspace.case(context.partition_key), context.run.run_id
        with step(case, PUBLICATION, run_id, {PUBLICATION: version}):
            event = _published(case, specs, run_id)
            refuse_other_questions(case, event["tables"])
            refuse_unchecked(case, event["tables"])
            with tried_again():
                publish(case, event)
        return dg.MaterializeResult(
            data_version=dg.DataVersion(_logical_version(event)),
            metadata={"database": str(case.database), "tables": len(specs)},
        )

    return publication


def refuse_other_questions(case: Case, tables: Sequence[run_log.Event]) -> None:
    """Refuse tables that were made under another `case.toml`: they answer another question.

    Raises:
        ContractError: A table, as it lies on disk, was last made under another case file.
    """
    last = {e["table_name"]: e for e in run_log.read(case.runs_log) if e["event"] == "made"}
    for table in tables:
        name, version = table["table_name"], table["data_version"]
        made = last.get(name, {})
        if (made.get("data_version"), made.get("config_sha256")) != (version, case.config_sha256):
            raise ContractError(
                "was not made under the case.toml that lies there now",
                where=f"table {name}",
                expected="every table of a publication made under one case.toml",
                fix=f"lockstep run {case.folder}",
            )


def refuse_unchecked(case: Case, tables: Sequence[run_log.Event]) -> None:
    """Refuse tables that are not, as they lie on disk, what the last checks found in order.

    Raises:
        ContractError: A critical rule was never checked on these very files, its own table's and
            those of the others it reads, by this contract; or it does not hold in them.
    """
    last = {(e["table_name"], e["rule_id"]): e for e in run_log.read(case.checks_log)}
    versions = {table["table_name"]: table["data_version"] for table in tables}
    for name in versions:
        contract = data_contracts.load(name)
        for rule in contract.rules:
            found = last.get((name, rule.id), {})
            read = found.get("versions", {})
            checked = (
                name in read
                and all(versions.get(n) == version for n, version in read.items())
                and found["contract_version"] == contract.version
            )
            if rule.severity == "critical" and not (checked and found["passed"]):
                raise ContractError(
                    f"rule {rule.id} {'does not hold' if checked else 'was not checked'}",
                    where=f"table {contract.name}",
                    expected=rule.description,
                    fix=f"lockstep run {case.folder}",
                )


def publish(case: Case, event: run_log.Event) -> None:
    """Swap in the database and the manifest, and note it in the case's log."""
    if event["findings_sha256"]:
        with whole_file(case.history / f"{event['findings_sha256']}.parquet") as file:
            file.write(case.table("findings").read_bytes())
    swap_in(case, event, _manifest(case, event))


def _published(case: Case, specs: dict[str, dg.AssetSpec], run_id: str) -> run_log.Event:
    versions = {name: file_sha256(case.table(name)) for name in specs}
    given = _given(case) if "sources" in specs else {}
    return {
        "event": "published",
        "run_id": run_id,
        "at": datetime.now(UTC).isoformat(),
        "lockstep_version": lockstep.__version__,
        "config_sha256": case.config_sha256,
        "received": answered(case) if "sources" in specs else None,
        "findings_sha256": versions.get("findings"),
        "tables": [
            {
                "table_name": name,
                "data_version": versions[name],
                "code_version": spec.code_version,
                "contract_version": data_contracts.load(name).version,
                "rows_n": rows_n(case, name),
                "inputs": {
                    "case.toml": case.config_sha256,
                    **_versions_of_inputs(spec, versions),
                    **(given if EXPORTS.key in {dep.asset_key for dep in spec.deps} else {}),
                },
            }
            for name, spec in specs.items()
        ],
    }


def _versions_of_inputs(spec: dg.AssetSpec, versions: dict[str, str]) -> dict[str, str]:
    names = [dep.asset_key.to_user_string() for dep in spec.deps]
    return {name: versions[name] for name in names if name in versions}


def _given(case: Case) -> dict[str, str]:
    """Return the SHA-256 of each export, and of each format of the case's own, by name."""
    read = last_made(case, "sources").get("inputs", {})
    return _exports(case) | {name: read[name] for name in read if name.endswith(OWN)}


def _exports(case: Case) -> dict[str, str]:
    """Return the SHA-256 of each export by name; two files of one name are told apart."""
    rows = case.read("sources").select("file_name", "source_id").sort("source_id").collect()
    found: dict[str, str] = {}
    for name, source_id in rows.iter_rows():
        found[f"{name} ({source_id[:8]})" if name in found else name] = source_id
    return found


def _manifest(case: Case, event: run_log.Event) -> run_log.Event:
    inputs = _given(case) if case.table("sources").is_file() else {}
    return {
        "case": Path(case.folder).name,
        "title": case.settings.case.title,
        "synthetic": case.settings.case.synthetic,
        "run_id": event["run_id"],
        "published_at": event["at"],
        "config_sha256": event["config_sha256"],
        "key_fingerprint": case.settings.contacts.key,
        "seed": case.settings.timing.seed,
        "surrogates": case.settings.timing.surrogates,
        "inputs": inputs,
        "versions": installed(),
        "tables": {
            table["table_name"]: {
                "sha256": table["data_version"],
                "rows": table["rows_n"],
                "contract_version": table["contract_version"],
                "code_version": table["code_version"],
            }
            for table in event["tables"]
        },
    }


def _logical_version(event: run_log.Event) -> str:
    """Hash what is published, without clocks and run ids."""
    tables = {table["table_name"]: table["data_version"] for table in event["tables"]}
    content = json.dumps([event["config_sha256"], tables], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()
