"""What a person reads of every kind of export, word for word; `make snapshots` writes it anew."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lockstep.ingest.formats import formats
from lockstep.synthetic.headers import HEADERS
from lockstep.synthetic.parameters import VARIANTS
from pipeline.cli import main
from pipeline.synthetic_case import write_large
from tests.ingest.exports_writer import BOM, csv_bytes, post
from tests.ingest.small_exports import EXPORTS
from tests.ingest.test_every_export import NEW_YORK, QUIRKS
from tests.ingest.test_negative_fixtures import KEPT_APART, REFUSED, records
from tests.ingest.test_other_files import KINDS
from tests.synthetic.small_posts import cut

SNAPSHOTS = Path(__file__).parent / "snapshots"
Snapshot = Callable[[str, str], None]
Said = Callable[..., str]

MORE_QUIRKS: dict[str, dict[str, Any]] = {
    "a spreadsheet saved it": {"is_spreadsheets": True, "newline_share": 0.5, "delimiter": ";"},
    "a page moved": {"moved": ((0, "100057000000001"),)},
    "zone in the name of the file": {"zone_beside_time": False},
}
BROKEN = {
    "cut short": b'{"data": [{"id": "1", "text": "Bonjour"}, {"id": "2", "te',
    "broken": b'[\n {"id": "1"},\n {"id": "2" "text": "x"}\n]',
    "of no format": b'{"number": 1, "words": "Bonjour"}\n',
}


def made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Said:
    """Return a function that runs `lockstep inspect` and returns exit code, stdout and stderr."""

    def run(*paths: Path) -> str:
        with pytest.raises(SystemExit) as ended:
            main(["inspect", *map(str, paths)])
        heard = capsys.readouterr()
        text = f"exit code {ended.value.code or 0}\n{heard.out}{'-' * 8}\n{heard.err}"
        return text.replace(str(tmp_path), "…")

    return run


@pytest.mark.parametrize("variant", HEADERS)
def test_every_variant(tmp_path: Path, variant: str, said: Said, snapshot: Snapshot) -> None:
    """As it was downloaded, by itself."""
    file, _ = cut(tmp_path, header=variant)

    snapshot(f"variant {variant}", said(file.path))


@pytest.mark.parametrize("quirk", [*QUIRKS, *MORE_QUIRKS])
def test_every_quirk(tmp_path: Path, quirk: str, said: Said, snapshot: Snapshot) -> None:
    """What a place, a spreadsheet or a script did to it."""
    file, _ = cut(tmp_path, **(QUIRKS | MORE_QUIRKS)[quirk])

    snapshot(f"quirk {quirk}", said(file.path))


@pytest.mark.parametrize("ident", EXPORTS)
def test_every_other_format(tmp_path: Path, ident: str, said: Said, snapshot: Snapshot) -> None:
    """A small export of each tool."""
    path = tmp_path / "export"
    path.write_bytes(EXPORTS[ident])

    snapshot(f"format {ident}", said(path))


@pytest.mark.parametrize("damage", [*KEPT_APART, *REFUSED])
def test_every_damage(tmp_path: Path, damage: str, said: Said, snapshot: Snapshot) -> None:
    """Records are set aside, or the file is refused."""
    change = KEPT_APART[damage][0] if damage in KEPT_APART else REFUSED[damage][0]
    lines = records(tmp_path, "FB-5")
    path = tmp_path / "damaged.csv"
    path.write_bytes(change(lines) if damage in REFUSED else BOM + change(lines))

    snapshot(f"damage {damage}", said(path))


def test_everything_that_is_no_export(tmp_path: Path, said: Said, snapshot: Snapshot) -> None:
    """Pictures, pages, documents, broken JSON, a folder without a file, and no file at all."""
    folder = tmp_path / "downloads"
    folder.mkdir()
    for name, content in (KINDS | {n: (c, "", "") for n, c in BROKEN.items()}).items():
        (folder / name).write_bytes(content[0])
    (folder / "empty folder").mkdir()

    snapshot("no exports", said(folder))
    snapshot("no file", said(folder / "posts.csv"))
    snapshot("empty folder", said(folder / "empty folder"))


def test_a_file_that_breaks_off(tmp_path: Path, said: Said, snapshot: Snapshot) -> None:
    """As a download that did not end."""
    file, _ = cut(tmp_path)
    content = file.path.read_bytes()
    file.path.write_bytes(content[: content.rindex(b"/posts/")])

    snapshot("breaks off", said(file.path))


def _one_short_record(folder: Path) -> Path:
    path = folder / "one.csv"
    header = records(folder, "FB-5")[0]
    path.write_bytes(BOM + header + b"\nshort\n")
    return path


def _header_only(folder: Path) -> Path:
    path = folder / "header.csv"
    path.write_bytes(csv_bytes([]))
    return path


def _answer_without_posts(folder: Path) -> Path:
    path = folder / "page.json"
    path.write_text('{"data": [], "meta": {"result_count": 0}}')
    return path


def _one_post(folder: Path) -> Path:
    path = folder / "shares.csv"
    row = post(1)["URL"]
    path.write_text(f"object_id,account_id,content_id,timestamp_share\n{row},1,2,1641369600\n")
    return path


@pytest.mark.parametrize("one", [_header_only, _answer_without_posts, _one_short_record, _one_post])
def test_one_of_anything(
    tmp_path: Path, one: Callable[[Path], Path], said: Said, snapshot: Snapshot
) -> None:
    """No record, one record with one field, one post of one account: singular."""
    snapshot(one.__name__.strip("_").replace("_", " "), said(one(tmp_path)))


def _several_zones(folder: Path) -> Iterator[str]:
    file, _ = cut(made(folder / "exports"))
    lines = file.path.read_bytes().split(b" GMT")
    zones = (b" CST", b" IST", b" XYZ", b"", b" GMT")
    for at, line in enumerate(lines[:-1]):
        yield (line + zones[at % len(zones)]).decode()
    yield lines[-1].decode()


def test_a_case_is_read_as_its_case_file_says(
    tmp_path: Path, said: Said, snapshot: Snapshot
) -> None:
    """Each zone that it lacks is told with the line to add; once added, its records are read."""
    case = tmp_path / "case"
    text = "".join(_several_zones(case))
    (export,) = (case / "exports").iterdir()
    export.write_text(text, "utf-8", newline="")
    config = '[[exports]]\npath = "exports/*"\n'
    (case / "case.toml").write_text(config)
    snapshot("case without zones", said(case))

    added = 'timezone = "Europe/Paris"\ntz_overrides = { CST = "America/Chicago" }\n'
    (case / "case.toml").write_text(config + added)
    snapshot("case with zones", said(case))


def test_the_hour_that_comes_twice(tmp_path: Path, said: Said, snapshot: Snapshot) -> None:
    """Times without a zone beside them, in a zone that the case names."""
    cut(made(tmp_path / "exports"), zone=NEW_YORK, zone_beside_time=False, file_name="posts.csv")
    config = f'[[exports]]\npath = "exports/*"\ntimezone = "{NEW_YORK}"\n'
    (tmp_path / "case.toml").write_text(config)

    snapshot("hour that comes twice", said(tmp_path))


def test_many_exports_at_once(tmp_path: Path, said: Said, snapshot: Snapshot) -> None:
    """A line each, what is odd once, and below what has to be mended."""
    names = [*HEADERS, *QUIRKS, *KEPT_APART]
    for name in names:
        path = made(tmp_path / "all") / f"{name}.csv"
        if name in KEPT_APART:
            path.write_bytes(BOM + KEPT_APART[name][0](records(tmp_path, "FB-5")))
        else:
            how = QUIRKS.get(name, {"header": name})
            cut(path.parent, file_name=path.name, **how)

    assert len(names) > 30
    snapshot("many exports", said(tmp_path / "all"))


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_synthetic_case(tmp_path: Path, variant: str, said: Said, snapshot: Snapshot) -> None:
    """A small one of each variant that `lockstep synth` writes."""
    case = tmp_path / "case"
    write_large(case, variant, accounts_n=10, posts_n=2_000)  # type: ignore[arg-type]

    snapshot(f"synth {variant}", said(case))


def test_every_format_has_a_snapshot() -> None:
    """Some text shows what is said of a file of it that was read."""
    texts = [path.read_text("utf-8") for path in SNAPSHOTS.iterdir()]
    shown = {
        ident for text in texts for ident in re.findall(r"^  format +(\w+), ", text, re.MULTILINE)
    }

    assert shown == {fmt.id for fmt in formats()}


def test_no_snapshot_is_left_of_what_is_no_longer_said() -> None:
    """Each file belongs to a test above."""
    named = {
        *(f"variant {name}" for name in HEADERS),
        *(f"quirk {name}" for name in (*QUIRKS, *MORE_QUIRKS)),
        *(f"format {name}" for name in EXPORTS),
        *(f"damage {name}" for name in (*KEPT_APART, *REFUSED)),
        *(f"synth {name}" for name in VARIANTS),
        *("no exports", "no file", "empty folder", "one post", "one short record", "many exports"),
        *("breaks off", "header only", "answer without posts"),
        *("case without zones", "case with zones", "hour that comes twice"),
    }

    assert {path.stem for path in SNAPSHOTS.iterdir()} == named


def test_a_program_reads_what_a_person_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One JSON array, whatever is refused: that goes to stderr."""
    folder = made(tmp_path / "exports")
    good, _ = cut(folder, file_name="good.csv")
    path = folder / "zones.csv"
    path.write_bytes(good.path.read_bytes().replace(b" GMT", b" CST"))
    (folder / "photo.png").write_bytes(KINDS["png"][0])
    nothing = made(tmp_path / "nothing")
    with pytest.raises(SystemExit) as ended:
        main(["inspect", "--json", str(nothing), str(folder)])
    heard = capsys.readouterr()
    found, zones = json.loads(heard.out)

    assert ended.value.code == 3
    assert "2 problems with 3 files:\nerror: " in heard.err
    assert "nothing: no file in it" in heard.err
    assert "error: photo.png: no known format: a picture" in heard.err
    assert (found["file_name"], found["set_aside"], found["add_to_case"]) == ("good.csv", [], [])
    assert zones["add_to_case"] == ['tz_overrides = { "CST" = "America/Chicago" }']
    assert [(row["n"], row["reason"]) for row in zones["set_aside"]] == [(240, "tz_ambiguous")]
    assert found["first_posted_at"] == "2021-11-07T04:00:00+00:00"
