"""What assets are given from outside: the workspace in which their cases lie."""

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import dagster as dg

from assets.cases import Case
from assets.exclusive import exclusive, is_held
from lockstep.errors import ConfigError


class Workspace(dg.ConfigurableResource["Workspace"]):
    """The folder that holds `cases/` and `.lockstep/`."""

    root: str
    """Path of the workspace."""
    folders: dict[str, str] = {}  # noqa: RUF012 - pydantic copies defaults
    """Folders of cases that do not lie in `cases/`, by case."""
    anew: bool = False
    """Whether tables that are as they would be made are made and checked again all the same."""
    is_holder: bool = False
    """Whether whoever made this resource holds the case of the run already."""

    @contextmanager
    def yield_for_execution(
        self, context: dg.InitResourceContext
    ) -> Generator["Workspace", None, None]:
        """Hold the case of a run while it lasts; another run of it is waited for."""
        key = context.run.tags.get("dagster/partition") if context.run else None
        with ExitStack() as held:
            if key is not None and not self.is_holder:
                case = self.case(key)
                if is_held(case) and context.log:
                    context.log.info("another run of this case is under way; waiting for its end")
                held.enter_context(exclusive(case, waits=True))
            yield self

    def case(self, key: str) -> Case:
        """Return a case by its partition key.

        Raises:
            ConfigError: No folder, or more than one, has this name.
        """
        if key in self.folders:
            return Case(Path(self.folders[key]))
        root = Path(self.root)
        if (root / "cases" / key).is_dir():
            return Case(root / "cases" / key)
        # A case outside cases/ has the workspace as its grandparent (DESIGN §3).
        found = [d for d in sorted(root.glob("*/")) if (d / key / "case.toml").is_file()]
        if len(found) != 1:
            raise ConfigError(
                f"{len(found)} cases are named {key!r}",
                where=str(root),
                expected=f"one folder cases/{key}",
                fix=f"lockstep new {key}",
            )
        return Case(found[0] / key)

    def cases(self) -> list[Case]:
        """Return every case in `cases/`, by name."""
        files = sorted(Path(self.root).glob("cases/*/case.toml"))
        return [Case(file.parent) for file in files]
