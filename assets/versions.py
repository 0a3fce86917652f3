"""When has what computes a table changed? One hash over all of it.

Dagster marks a table stale when its code version changes. Ours covers every module of ours that
the computation imports, wherever the import stands, the SQL it names, the contract, and the
installed version of every library those modules import.
"""

import ast
import hashlib
import json
import re
import sys
from functools import cache
from importlib import metadata, resources, util
from pathlib import Path

import data_contracts

_OURS = ("assets", "lockstep", "data_contracts")
_DISTRIBUTION = {"yaml": "pyyaml"}


@cache
def code_version(module: str, table: str, inputs: tuple[str, ...]) -> str:
    """Return the code version of a table.

    Args:
        module: Dotted name of the module that computes it.
        table: The table.
        inputs: Tables it is made from; their contracts decide how they are read.

    Returns:
        16 hexadecimal digits.
    """
    modules = closure((module, "lockstep.storage"))
    parts = {f"module {name}": _sha256(_source(name)) for name in modules}
    parts |= {f"file {p.name}": _sha256(p) for p in _data_files(modules, (table, *inputs))}
    parts |= {f"library {name}": version for name, version in _libraries(modules)}
    parts["python"] = f"{sys.version_info.major}.{sys.version_info.minor}"
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


@cache
def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def closure(roots: tuple[str, ...]) -> tuple[str, ...]:
    """Return the modules of ours that these import, they themselves included, sorted."""
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [m for m in _imports(name) if m.partition(".")[0] in _OURS]
    return tuple(sorted(found))


@cache
def _nodes(module: str) -> tuple[ast.AST, ...]:
    """Return every import and every constant that stands in a module."""
    tree = ast.parse(_source(module).read_bytes())
    told = (ast.Import, ast.ImportFrom, ast.Constant)
    return tuple(node for node in ast.walk(tree) if isinstance(node, told))


@cache
def _source(module: str) -> Path:
    spec = util.find_spec(module)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(module)
    return Path(spec.origin)


@cache
def _imports(module: str) -> tuple[str, ...]:
    """Return every module that a module imports, and the packages around it."""
    found = {module.rpartition(".")[0]} - {""}
    for node in _nodes(module):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name for name in inner if _ours(name)}
    return tuple(sorted(found))


@cache
def _ours(name: str) -> bool:
    if name.partition(".")[0] not in _OURS:
        return False
    try:
        return util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


@cache
def _words(module: str) -> frozenset[str]:
    """Return every string that stands in a module."""
    constants = (node.value for node in _nodes(module) if isinstance(node, ast.Constant))
    return frozenset(value for value in constants if isinstance(value, str))


def _data_files(modules: tuple[str, ...], tables: tuple[str, ...]) -> list[Path]:
    """Return the SQL named in the modules, the contracts, and other files where they are read."""
    house = Path(str(resources.files(data_contracts)))
    sql = Path(str(resources.files("lockstep"))) / "sql"
    words = {word for module in modules for word in _words(module)}
    files = [path for path in sql.glob("*.sql") if path.stem in words]
    if "lockstep.export.database" in modules:  # which makes every view
        files += list(sql.glob("v_*.sql"))
    if "lockstep.calibration.table" in modules:
        files += Path(str(resources.files("lockstep.calibration"))).glob("*.csv")
    files += [house / "tables" / f"{table}.yaml" for table in tables]
    if any(module.startswith("lockstep.ingest") for module in modules):
        files += list(house.rglob("*.toml"))
    return sorted(files)


def _libraries(modules: tuple[str, ...]) -> list[tuple[str, str]]:
    imported = {name.partition(".")[0] for module in modules for name in _imports(module)}
    foreign = sorted(imported - set(_OURS) - sys.stdlib_module_names)
    return [(name, _version(name)) for name in foreign]


@cache
def _version(library: str) -> str:
    return metadata.version(_DISTRIBUTION.get(library, library))


def installed() -> dict[str, str]:
    """Return the installed versions of lockstep, Python and every library it names."""
    named = [re.match(r"[\w.-]+", line) for line in metadata.requires("lockstep-osint") or []]
    libraries = sorted(match.group() for match in named if match)
    return {
        "lockstep": metadata.version("lockstep-osint"),
        "python": ".".join(map(str, sys.version_info[:3])),
        **{library: metadata.version(library) for library in libraries},
    }
