"""The `lockstep` command. Each command's work is imported when it is asked for."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from pipeline.guard import refuse_shadowed_packages

app = typer.Typer(
    name="lockstep",
    help="Find coordinated posting in social-media exports: every count beside what chance gives, "
    "every number with its raw rows.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@dataclass(frozen=True, slots=True)
class Options:
    """What holds for every command."""

    root: Path | None
    debug: bool


CaseName = Annotated[str, typer.Argument(metavar="CASE", help="Case: its folder or its name.")]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON.")]


def _version(asked: bool) -> None:  # noqa: FBT001 - Typer hands over the flag
    if asked:
        import lockstep

        typer.echo(f"lockstep {lockstep.__version__}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    *,
    root: Annotated[
        Path | None,
        typer.Option(
            help="Workspace, the folder that holds cases/; found from the case if left out."
        ),
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
    version: Annotated[  # noqa: ARG001 - acts on its own
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """Find coordinated posting in social-media exports."""
    context.obj = Options(root, debug)


@app.command(epilog="Example: lockstep demo")
def demo(
    context: typer.Context,  # noqa: ARG001 - Typer hands it over
    folder: Annotated[Path, typer.Argument(help="Where the demo goes.")] = Path("demo"),
) -> None:
    """Write a SYNTHETIC case with planted coordination, run it, and say how much was found."""
    from pipeline.commands.demo import demo as command

    command(folder)


@app.command(epilog="Example: lockstep synth slots --seed 7")
def synth(
    context: typer.Context,
    variant: Annotated[
        str, typer.Argument(help="seed-shaped, null, slots, weak, news or weekend.")
    ],
    folder: Annotated[
        Path | None, typer.Argument(help="Where it goes; cases/synthetic-VARIANT if left out.")
    ] = None,
    *,
    accounts: Annotated[
        int | None, typer.Option(help="So many accounts, one in forty coordinated; with --posts.")
    ] = None,
    posts: Annotated[int | None, typer.Option(help="So many posts; with --accounts.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Another case of the same kind.")] = None,
) -> None:
    """Write a SYNTHETIC case: raw exports, a case file, and tables of what is true of it."""
    from pipeline.commands.synth import synth as command

    command(variant, folder, accounts_n=accounts, posts_n=posts, seed=seed, root=context.obj.root)


@app.command(epilog="Example: lockstep new my-case")
def new(
    context: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", help="Name, or path, of the new case.")],
) -> None:
    """Make a case: its folders, a commented case.toml, and a key for its contacts."""
    from pipeline.commands.new import new as command

    command(case, root=context.obj.root)


@app.command(epilog="Example: lockstep inspect exports/*.csv")
def inspect(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE…", help="Raw exports, folders of them, or a case's folder."),
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Say what raw exports hold: format, zones, rows, accounts, span. Writes nothing."""
    from pipeline.commands.inspect import inspect as command

    command(files, as_json=as_json)


@app.command(epilog="Example: lockstep run ~/Downloads/exports")
def run(
    context: typer.Context,
    case: Annotated[
        str, typer.Argument(metavar="CASE|FOLDER", help="A case, or a folder of raw exports.")
    ],
    *,
    strict: Annotated[
        bool, typer.Option("--strict", help="End with exit code 5 if a rule gives a warning.")
    ] = False,
    max_quarantine_share: Annotated[
        float | None,
        typer.Option(
            min=0, max=1, help="Share of a file's records that may be set aside; kept in case.toml."
        ),
    ] = None,
    anew: Annotated[
        bool, typer.Option("--anew", help="Make and check every table again, up to date or not.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write what each step came to as JSON.")
    ] = False,
) -> None:
    """Make, check and publish every table of a case; what is up to date is kept."""
    from pipeline.commands.run import run as command

    command(
        case,
        root=context.obj.root,
        strict=strict,
        anew=anew,
        max_quarantine_share=max_quarantine_share,
        as_json=as_json,
    )


@app.command(epilog="Example: lockstep calibrate my-case --runs 100")
def calibrate(
    context: typer.Context,
    case: Annotated[
        str | None, typer.Argument(metavar="[CASE]", help="Case: its folder or its name.")
    ] = None,
    *,
    runs: Annotated[int, typer.Option(min=1, help="Surrogates of the case that are tested.")] = 100,
    as_json: AsJson = False,
) -> None:
    """Show the error rates of this release, or measure those that the tests have on a case."""
    from pipeline.commands.calibrate import calibrate as command

    command(case, root=context.obj.root, runs_n=runs, as_json=as_json)


@app.command(epilog='Example: lockstep sql my-case "from v_pair limit 5"')
def sql(
    context: typer.Context,
    case: CaseName,
    query: Annotated[str, typer.Argument(help='For example "select * from findings".')],
    *,
    as_json: AsJson = False,
) -> None:
    """Ask the published database: a table on a terminal, else CSV that is safe in a spreadsheet."""
    from pipeline.commands.sql import sql as command

    command(case, query, root=context.obj.root, as_json=as_json)


@app.command(epilog="Example: lockstep explain my-case f3370558")
def explain(
    context: typer.Context,
    case: CaseName,
    finding_id: Annotated[str, typer.Argument(help="Id of a finding, or how it begins.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Show a finding, its statistics, and every raw row that bears it out."""
    from pipeline.commands.explain import explain as command

    command(case, finding_id, root=context.obj.root, as_json=as_json)


quarantine = typer.Typer(
    help="Records that were set aside: which, why, and as they stand in their export.",
    no_args_is_help=True,
)
app.add_typer(quarantine, name="quarantine")


@quarantine.command(epilog="Example: lockstep quarantine show my-case --reason tz_ambiguous")
def show(
    context: typer.Context,
    case: CaseName,
    *,
    reason: Annotated[str | None, typer.Option(help="Only those set aside for this.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="So many records at most.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Read the records back that the last run set aside, contacts replaced."""
    from pipeline.commands.quarantine import show as command

    command(case, root=context.obj.root, reason=reason, limit=limit, as_json=as_json)


mapping = typer.Typer(help="Formats that you describe yourself.", no_args_is_help=True)
app.add_typer(mapping, name="mapping")


@mapping.command("new", epilog="Example: lockstep mapping new export.csv > my.toml")
def new_mapping(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An export in CSV or JSON.")],
) -> None:
    """Begin a description: what the file shows, and marked what only you can say."""
    from pipeline.commands.mapping import new as command

    command(file)


@mapping.command(epilog="Example: lockstep mapping check my.toml export.csv")
def check(
    description: Annotated[Path, typer.Argument(metavar="MY.TOML", help="The description.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An export to read by it.")],
    *,
    timezone: Annotated[
        str | None, typer.Option(help="Zone of times that carry none, such as Africa/Bamako.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read an export by a description of your own: all that inspect says, and its first posts."""
    from pipeline.commands.mapping import check as command

    command(description, file, timezone=timezone, as_json=as_json)


@app.command(epilog="Example: lockstep doctor --json")
def doctor(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Look at installation, workspace and cases, and say what is wrong and what to do."""
    from pipeline.commands.doctor import doctor as command

    command(root=context.obj.root, as_json=as_json)


@app.command(epilog="Example: lockstep ui --port 3001")
def ui(
    context: typer.Context,
    *,
    port: Annotated[int, typer.Option(help="Port on this machine.")] = 3000,
) -> None:
    """Open Dagster's web page on this workspace, on this machine only."""
    from pipeline.commands.ui import ui as command

    command(root=context.obj.root, port=port)


def main(arguments: list[str] | None = None) -> None:
    """Run the command and end the process with its exit code."""
    words = global_options_first(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in words[: words.index("--")] if "--" in words else "--debug" in words
    sys.exit(_ended(lambda: app(words, prog_name="lockstep"), debug=debug))


def _ended(command: Callable[[], object], *, debug: bool) -> int:
    """Run a command and return its exit code, errors told as messages."""
    from pipeline.failures import told

    try:
        refuse_shadowed_packages()
        try:
            command()
        finally:
            sys.stdout.flush()  # a reader that left is noticed here, not while Python ends
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException as error:
        if debug:
            raise
        return told(error)
    return 0


def global_options_first(words: list[str]) -> list[str]:
    """Bring `--debug` and `--root` to the front, so that they may stand anywhere."""
    front: list[str] = []
    rest: list[str] = []
    waiting = iter(words)
    for word in waiting:
        if word == "--":
            rest += [word, *waiting]
        elif word == "--debug" or word.startswith("--root="):
            front.append(word)
        elif word == "--root":
            front += [word, *([value] if (value := next(waiting, None)) is not None else [])]
        else:
            rest.append(word)
    return front + rest
