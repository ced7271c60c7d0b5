"""Generates packages of bindings and compares them with what is there."""

from pathlib import Path

from andamio.bindings.emit import MARK, emit_package
from andamio.bindings.model import classes
from andamio.bindings.schema import ProviderSchema, SchemaError, read_schema, schema_path, trim
from andamio.bindings.selection import SELECTIONS, Selection

_SOURCES = Path(__file__).parents[2]
"""The folder in which andamio and the committed packages of bindings lie."""


def render(schema: ProviderSchema, *, version: str = "") -> dict[str, str]:
    """The files of a package with every resource of the schema, by name relative to the package.

    Args:
        schema: as `read_schema` gives it.
        version: the provider's version. Default: that of the schema file.

    Raises:
        SchemaError: when neither says the version.
    """
    version = version or schema.version
    if not version:
        raise SchemaError(f"The schema of {schema.source} does not say its version. Give the version.")
    return dict(emit_package(schema.source, version, classes(schema.name, schema.body)))


def differences(folder: Path, files: dict[str, str]) -> list[str]:
    """How a package on disk differs from what the generator gives; empty when it does not."""
    there = {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    found = [f"{name} is missing" for name in files if name not in there]
    found += [f"{name} is not generated" for name in there if name not in files]
    found += [f"{name} differs" for name in files if name in there and there[name] != files[name]]
    return sorted(found)


def write(folder: Path, files: dict[str, str]) -> None:
    """Make a package on disk what the generator gives. Removes modules that it made before and no longer does.

    Raises:
        SchemaError: when the folder holds a Python file that the generator did not make.
    """
    there = [*folder.glob("*.py"), *folder.glob("*.pyi")]
    for path in there:
        if MARK not in path.read_text(encoding="utf-8"):
            raise SchemaError(f"{path} was not generated. Move it or choose another folder.")
    for path in there:
        if path.name not in files:
            path.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def generate_command(
    *, schema: Path | None = None, provider: str = "", version: str = "", out: Path | None = None, check: bool = False
) -> list[str]:
    """Generate packages of bindings: what `andamio bindings generate` does.

    Args:
        schema: a file that `terraform providers schema -json` printed. Default: the committed schemas.
        provider: its name (`ovh`) or source (`ovh/ovh`). Default: all committed ones, or the file's only one.
        version: the provider's version. Default: that of the schema file, or of the committed selection.
        out: the folder that gets the package `cdktf_cdktf_provider_<name>`. Default: beside andamio itself.
        check: write nothing and say what differs.

    Returns:
        With `check`, one line for each difference; otherwise one line for each package that was written.

    Raises:
        SchemaError: when the schema cannot be read or does not say enough.
    """
    folder = out or _SOURCES
    lines = []
    for package, files in _packages(schema, provider, version):
        target = folder / package
        if check:
            lines += [f"{package}/{line}" for line in differences(target, files)]
        else:
            write(target, files)
            lines.append(f"{package}: {len(files)} files in {target}")
    return lines


def _packages(schema: Path | None, provider: str, version: str) -> list[tuple[str, dict[str, str]]]:
    if schema is not None:
        read = read_schema(schema, provider)
        known = SELECTIONS.get(read.name)
        fallback = known.version if known and known.source == read.source else ""
        files = render(read, version=version or read.version or fallback)
        return [(f"cdktf_cdktf_provider_{read.name}", files)]
    if provider and provider not in SELECTIONS:
        raise SchemaError(f"No schema of {provider} is committed; there are {', '.join(SELECTIONS)}. Give a file.")
    chosen = [SELECTIONS[provider]] if provider else list(SELECTIONS.values())
    return [(one.package, render(read_schema(schema_path(one)), version=version)) for one in chosen]


def trim_command(schema: Path, selection: Selection) -> Path:
    """Replace a committed schema by the selected part of a full one; for maintainers.

    Raises:
        SchemaError: when the schema lacks something, or when classes would be called otherwise than `cdktf get`
            calls them (where a resource that is left out owns a name, the names of others depend on it).
    """
    full = read_schema(schema, selection.source)
    path = schema_path(selection)
    text = trim(full, selection)
    path.write_text(text, encoding="utf-8", newline="\n")
    names = {(one.kind, one.terraform_type): one for one in classes(full.name, full.body)}
    trimmed = classes(full.name, read_schema(path).body)
    shifted = [one.name for one in trimmed if _names(one) != _names(names[one.kind, one.terraform_type])]
    if shifted:
        raise SchemaError(f"Class names in {', '.join(shifted)} depend on resources that are not selected.")
    return path


def _names(one: object) -> list[str]:
    return [getattr(one, "name"), *(struct.name for struct in getattr(one, "structs"))]  # noqa: B009
