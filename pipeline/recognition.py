"""Are the files of a folder exports at all? Asked before a case is made of them."""

from pathlib import Path

from lockstep.errors import InputError
from lockstep.ingest.contents import contents
from lockstep.ingest.csv_file import tell_csv
from lockstep.ingest.exports import alone
from lockstep.ingest.json_export import is_json, tell_json
from lockstep.words import many
from pipeline.export_folder import exports_in


def refuse_unknown(folder: Path) -> None:
    """Refuse a folder of files of which any is no export, so that no case holds it.

    A folder that is a case already, but for its case file, is not asked: its files stay where they
    are.

    Raises:
        InputError: It names every such file, and why; or there is none in the folder.
    """
    if (folder / "exports").is_dir():
        return
    files = exports_in(folder)
    problems = [problem for path in files if (problem := _problem(path))]
    if problems:
        raise InputError(
            f"{len(problems)} of {many(len(files), 'file')} cannot be read as exports: "
            f"{'; '.join(problems)}. No case was made",
            where=str(folder),
            expected="exports and nothing else",
            fix="take these files out of the folder, or mend them; `lockstep inspect` says more",
        )


def _problem(path: Path) -> str | None:
    try:
        section = alone(path).section
        for content in contents(path):
            (tell_json if is_json(content) else tell_csv)(content, section)
    except InputError as error:
        return str(error).partition("\n")[0]
    return None
