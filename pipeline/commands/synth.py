"""`lockstep synth`: write a SYNTHETIC case of which everything is known."""

from pathlib import Path

from lockstep.errors import ConfigError, did_you_mean
from lockstep.synthetic.case import SEED
from lockstep.synthetic.parameters import VARIANTS, Variant
from lockstep.words import many
from pipeline.console import out, say
from pipeline.synthetic_case import ABOUT, write_large, write_variant
from pipeline.workspace import find_root


def synth(
    typed: str,
    folder: Path | None,
    *,
    accounts_n: int | None,
    posts_n: int | None,
    seed: int | None,
    root: Path | None,
) -> None:
    """Write `exports/`, `truth/` and `case.toml`, and print where they are.

    Raises:
        ConfigError: There is no such variant, only one of both numbers is given, or the folder
            holds a case of somebody else's.
        MethodError: The numbers make no case.
    """
    variant = _variant(typed)
    seed = SEED if seed is None else seed
    if (accounts_n is None) != (posts_n is None):
        raise ConfigError("a size is two numbers", fix="give both --accounts and --posts")
    to = folder.absolute() if folder else find_root(root) / "cases" / f"synthetic-{variant}"
    say(f"SYNTHETIC case {to.name}. {ABOUT[variant]}")
    if accounts_n is None or posts_n is None:
        case = write_variant(to, variant, seed=seed)
        paths, accounts_n, posts_n = case.paths, len(case.truth_account), len(case.truth_post)
    else:
        paths = write_large(to, variant, accounts_n=accounts_n, posts_n=posts_n, seed=seed)
    posts, accounts = many(posts_n, "post"), many(accounts_n, "account")
    say(f"{posts} of {accounts}, {many(len(paths), 'export')}")
    say(f"Next: lockstep run {to}")
    for name in ("case.toml", "exports", "truth"):
        out(str(to / name))


def _variant(typed: str) -> Variant:
    for variant in VARIANTS:
        if variant == typed:
            return variant
    raise ConfigError(
        f"no variant {typed!r}",
        expected=f"one of {', '.join(VARIANTS)}",
        fix=did_you_mean(typed, VARIANTS),
    )
