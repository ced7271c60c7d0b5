"""Writes a file whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from andamio.state.errors import SettingError, clean

__all__ = ["write_whole"]


def write_whole(path: Path, text: str, *, private: bool = False) -> bool:
    """Make the file at `path` hold `text`; whoever reads it meanwhile, or after a crash, sees the old or the new one.

    Returns whether it changed. Its folder is made where it is missing.

    Args:
        path: The file.
        text: What it shall hold.
        private: Whether nobody but its owner may read it. Default: it keeps its mode, a new one is readable by all.

    Raises:
        SettingError: when it cannot be written; the file is then as it was.
    """
    data = text.encode()
    try:
        there = path.stat().st_mode & 0o777 if path.is_file() else 0o644
        mode = 0o600 if private else there
        if path.is_file() and there == mode and path.read_bytes() == data:
            return False
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700 if private else 0o755)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        written = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            written.chmod(mode)
            written.replace(path)
        except BaseException:
            written.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise SettingError(
            f"{path} cannot be written ({clean(error.strerror or error)}). Mend that and run the command again."
        ) from None
    return True
