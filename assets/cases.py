"""A case folder: where its files lie, and how they are read and written."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from assets.keys import find_key
from lockstep import storage
from lockstep.errors import ConfigError, InputError
from lockstep.settings import Settings, parse_settings


@dataclass(frozen=True)
class Case:
    """One investigation: `case.toml`, `exports/`, `log/`, `out/`."""

    folder: Path

    @property
    def config(self) -> Path:
        """The question of the case."""
        return self.folder / "case.toml"

    @property
    def database(self) -> Path:
        """The published database."""
        return self.folder / "out" / "lockstep.duckdb"

    @property
    def manifest(self) -> Path:
        """Inputs, versions, configuration and hashes of what is published."""
        return self.folder / "out" / "manifest.json"

    @property
    def step(self) -> Path:
        """What is being published, while it is."""
        return self.folder / "out" / ".publishing.json"

    @property
    def runs_log(self) -> Path:
        """What happened to the case, run by run."""
        return self.folder / "log" / "runs.jsonl"

    @property
    def checks_log(self) -> Path:
        """Every result of every rule."""
        return self.folder / "log" / "checks.jsonl"

    @property
    def history(self) -> Path:
        """Each published `findings`, named by its SHA-256."""
        return self.folder / "log" / "history"

    @property
    def failures(self) -> Path:
        """A report of each failed run of the daemon's, named by the run."""
        return self.folder / "log" / "failures"

    @property
    def lock(self) -> Path:
        """The file whose lock a run holds."""
        return self.folder / ".lock"

    @property
    def scratch(self) -> Path:
        """Temporary files of the run under way."""
        return self.folder / "out" / ".scratch"

    def table(self, name: str) -> Path:
        """Where a table's Parquet file lies."""
        return self.folder / "out" / "tables" / f"{name}.parquet"

    @cached_property
    def settings(self) -> Settings:
        """The case file, read once.

        Raises:
            ConfigError: There is none, or it is not a valid case file.
        """
        if not self.config.is_file():
            raise ConfigError(
                "no case.toml", where=str(self.folder), fix=f"lockstep new {self.folder}"
            )
        try:
            text = self.config.read_text("utf-8")
        except UnicodeDecodeError as error:
            raise ConfigError(f"not UTF-8: {error.reason}", where=str(self.config)) from None
        return parse_settings(text, where=str(self.config))

    @property
    def config_sha256(self) -> str:
        """SHA-256 of the case file."""
        return storage.file_sha256(self.config)

    @property
    def key(self) -> bytes:
        """The key that hashes the case's contacts.

        Raises:
            ConfigError: The case names no key, or one that is not on this machine.
        """
        return find_key(self.settings.contacts.key, where=str(self.config))

    def read(self, table: str) -> pl.LazyFrame:
        """Return a table as it lies on disk.

        Raises:
            InputError: The table has not been made, or its file was deleted.
        """
        path = self.table(table)
        if not path.is_file():
            raise InputError("no such table", where=str(path), fix=f"lockstep run {self.folder}")
        return pl.scan_parquet(path, glob=False)

    def write(self, rows: pl.DataFrame | storage.Frames, table: str) -> str:
        """Write a table, whole or slice by slice, and return the SHA-256 of its file.

        Raises:
            ContractError: The rows do not obey the table's contract.
        """
        return storage.write(rows, table, self.table(table))
