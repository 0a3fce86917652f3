"""Stop before another distribution's `pipeline`, `assets` or `data_contracts` is used for ours."""

from importlib import util
from pathlib import Path

from lockstep.errors import ConfigError

_OURS = ("assets", "data_contracts", "lockstep", "pipeline")


def refuse_shadowed_packages() -> None:
    """Refuse to start where one of our packages does not lie beside this one.

    Raises:
        ConfigError: Another distribution shadows it; the message names its folder.
    """
    house = Path(__file__).resolve().parent.parent
    for name in _OURS:
        spec = util.find_spec(name)
        found = Path(spec.origin).resolve().parent if spec and spec.origin else None
        if found != house / name:
            raise ConfigError(
                f"package {name!r} is not lockstep's",
                where=str(found or name),
                expected=str(house / name),
                fix="install lockstep into an environment of its own (pipx, uv tool or a venv)",
            )
