"""The files of `deploy/` are those the guide speaks of, and say what the command itself does."""

import re
from configparser import ConfigParser
from pathlib import Path

import pytest
import yaml

from pipeline.workspace import DAGSTER_YAML

REPOSITORY = Path(__file__).parents[2]
DEPLOY = REPOSITORY / "deploy"
GUIDE = (REPOSITORY / "docs" / "guides" / "deploy.md").read_text("utf-8")


def test_dagster_is_told_the_same_as_by_the_command() -> None:
    """Telemetry off, one run of a case at a time."""
    assert (DEPLOY / "dagster.yaml").read_text("utf-8") == DAGSTER_YAML


def environment() -> dict[str, str]:
    """Return the variables that the services are given."""
    lines = (DEPLOY / "environment").read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if not line.startswith("#"))


def test_the_container_is_told_the_same_as_the_services() -> None:
    """The same variables; what is copied into it is there, all but the wheel that is built."""
    text = (DEPLOY / "Containerfile").read_text("utf-8").replace("\\\n", "")
    instructions = [line.split() for line in text.splitlines() if line and line[0] != "#"]
    told = [words[1:] for words in instructions if words[0] == "ENV"]
    copied = [words[1:-1] for words in instructions if words[0] == "COPY"]

    assert dict(word.split("=", 1) for words in told for word in words) == environment()
    files = [word for words in copied for word in words if not word.startswith("--")]
    assert "dist/*.whl" in files
    for file in files:
        assert file == "dist/*.whl" or (REPOSITORY / file).is_file()


def test_the_environment_keeps_everything_on_this_machine() -> None:
    """And the webhook is the operator's to name."""
    values = environment()

    assert values["DAGSTER_DISABLE_TELEMETRY"] == "true"
    assert values["GX_ANALYTICS_ENABLED"] == "false"
    assert "LOCKSTEP_WEBHOOK" not in values


@pytest.mark.parametrize("name", ["code", "daemon", "webserver"])
def test_each_service_is_in_the_guide_and_listens_on_this_machine_alone(name: str) -> None:
    """Its unit can be read, and every address in it is the loopback."""
    path = DEPLOY / f"lockstep-{name}.service"
    unit = ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(path)

    assert f"deploy/{path.name}" in GUIDE
    assert unit["Service"]["EnvironmentFile"] == "/srv/lockstep/environment"
    hosts = re.findall(r"-h (\S+)", unit["Service"]["ExecStart"])
    assert set(hosts) <= {"127.0.0.1"}
    assert hosts or name == "daemon"


def test_the_code_location_is_where_the_others_look_for_it() -> None:
    """One port, one name."""
    (place,) = yaml.safe_load((DEPLOY / "workspace.yaml").read_text("utf-8"))["load_from"]
    server = place["grpc_server"]

    assert (server["host"], server["location_name"]) == ("127.0.0.1", "lockstep")
    assert f"-p {server['port']}" in (DEPLOY / "lockstep-code.service").read_text("utf-8")


def test_the_pictures_of_the_guide_are_there() -> None:
    """And small."""
    pictures = re.findall(r"\]\(\.\./figures/(\S+)\)", GUIDE)

    assert len(pictures) == 4
    for name in pictures:
        assert 0 < (REPOSITORY / "docs" / "figures" / name).stat().st_size < 150_000
