"""What a table of a generated class says: attributes and their types, written in one line each.

The generator writes such lines, the runtime reads them back: `required string`,
`optional computed list(string)`, `optional list(string) as except`, `computed list(CloudProjectKubeNodes)`.
"""

from typing import NamedTuple

SCALARS = ("string", "number", "bool", "dynamic")


class Type(NamedTuple):
    """The type of an attribute.

    `kind` is one of `string`, `number`, `bool`, `dynamic`; `list`, `set` or `map` of `element`; `struct` for
    one object of the class `struct`; `single` for a block that occurs once at most, given as one object.
    """

    kind: str
    element: "Type | None" = None
    struct: str = ""

    @property
    def innermost_struct(self) -> str:
        """The struct class of an object, or of a collection of objects; empty for everything else."""
        return self.element.innermost_struct if self.element else self.struct

    def __str__(self) -> str:
        if self.kind == "struct":
            return self.struct
        return f"{self.kind}({self.element})" if self.element else self.kind


class Attribute(NamedTuple):
    """One argument or computed attribute (or both) of a resource, block or object."""

    name: str
    terraform_name: str
    type: Type
    required: bool
    optional: bool
    computed: bool

    @property
    def is_argument(self) -> bool:
        """Whether a person may set it."""
        return self.required or self.optional

    @property
    def line(self) -> str:
        """The line that `parse` reads."""
        words = [word for word in ("required", "optional", "computed") if getattr(self, word)]
        alias = f" as {self.terraform_name}" if self.terraform_name != self.name else ""
        return f"{' '.join([*words, str(self.type)])}{alias}"


def parse(name: str, line: str) -> Attribute:
    """The attribute that a line describes.

    Args:
        name: its Python name.
        line: as `Attribute.line` gives it.
    """
    line, _, alias = line.partition(" as ")
    *flags, given = line.split(" ")
    return Attribute(
        name=name,
        terraform_name=alias or name,
        type=_parse_type(given),
        required="required" in flags,
        optional="optional" in flags,
        computed="computed" in flags,
    )


def _parse_type(given: str) -> Type:
    kind, parenthesis, inner = given.partition("(")
    if parenthesis:
        return Type(kind, _parse_type(inner[:-1]))
    return Type(kind) if kind in SCALARS else Type("struct", struct=kind)
