"""How records stand in a file of JSON, as a format's description says it."""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Path = tuple[str, ...]
"""Names that lead from the top of a document to what is meant; none is the document itself."""
EACH = "*"
"""In a path: every element of an array."""


def tuples(value: Any) -> Any:  # noqa: ANN401 - validated right after
    """Return arrays of TOML, and those within them, as tuples."""
    return tuple(tuples(one) for one in value) if isinstance(value, list | tuple) else value


class Part(BaseModel):
    """A section of a description: an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    @field_validator("*", mode="before")
    @classmethod
    def _toml_array_as_tuple(cls, value: Any) -> Any:  # noqa: ANN401 - validated right after
        if isinstance(value, dict):
            return {name: tuples(one) for name, one in value.items()}
        return tuples(value)


def _leads_into(path: Path, records: Path) -> bool:
    """Whether a path leads to an element of the records, or into one."""
    return len(path) >= len(records) and all(
        a == b or (b == EACH and a.isdecimal()) for a, b in zip(path, records, strict=False)
    )


class Lookup(Part):
    """Where what a record names by its id stands in the document: an array, and its ids' name.

    `key` may be a text with that name in braces, such as `-{id}`.
    """

    path: Path
    key: str
    by: str


class Documents(Part):
    """How records stand in JSON: one document a line, one a file, or either, as the file shows.

    `records` leads to the array of records, or lists several such paths; `*` is each element of an
    array, and where a path is empty a document may be a record itself. `within` is what paths call
    the object in which the array stands. `empty` has values that tell that a document without array
    is an answer without records; none means any value, and another value tells that it is not.

    Columns are paths (`author.id`, `urls.0`, `urls.*` for the first of those that has a value), or
    texts in which paths stand in braces (`channel{chat.id}`, `{!from_id}{chat.name}` only where no
    `from_id` is); those of what was looked up begin with its name. A value in `joined` is all that
    stands at its path, with the text given between the pieces, and one in `summed` the sum; a text
    that stands on the way to `text` is a piece of it.
    """

    kind: Literal["lines", "document", "either"] = "either"
    records: Path | tuple[Path, ...] = ()
    within: str = ""
    lookups: dict[str, Lookup] = Field(default_factory=dict)
    empty: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    joined: dict[str, str] = Field(default_factory=dict)
    summed: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _records_are_apart(self) -> Self:
        """Refuse what would be read among the records: they are read one by one."""
        inside = [(*path, EACH) for path in self.paths]
        looked_up = [lookup.path for lookup in self.lookups.values()]
        for path in (*self.paths, *looked_up):
            if any(_leads_into(path, records) for records in inside):
                raise ValueError(f"{'.'.join(path)} leads into records, which stand alone")
        return self

    @property
    def paths(self) -> tuple[Path, ...]:
        """Every path at which an array of records may stand."""
        several = tuple(one for one in self.records if isinstance(one, tuple))
        return several or (tuple(one for one in self.records if isinstance(one, str)),)
