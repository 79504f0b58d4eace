"""Reads files of folders that others made: links are not followed, pipes and devices not opened, sizes bounded."""

import errno
import os
import stat
from pathlib import Path

from disputes.errors import InputError

MOST_NAMES = 5_000
"""Most files in one folder; no packet needs more."""


def read_file(path: Path, *, most: int) -> bytes | None:
    """The content, or None where there is nothing.

    :param most: bytes
    :raises InputError: when it is a link, no regular file, too large, or cannot be read
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(path, error) from error
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise InputError("is not a regular file", subject=path.name, remedy="Put the document itself there")
        content = file.read(most + 1)
    if len(content) > most:
        raise InputError(f"has more than {most} bytes", subject=path.name, remedy="Supply less")
    return content


def names_below(folder: Path) -> list[str]:
    """Names of everything below a folder, relative, with `/`, sorted; none if there is no folder.

    A link is listed like a file, no matter where it leads.

    :raises InputError: when it is a link or a file, or holds too much
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise InputError("is not a real folder", subject=folder.name, remedy="Make it a folder and copy files into it")
    names: list[str] = []
    for place, folders, files in os.walk(folder):
        links = [name for name in folders if Path(place, name).is_symlink()]
        names += [Path(place, name).relative_to(folder).as_posix() for name in (*files, *links)]
        if len(names) > MOST_NAMES:
            raise InputError(
                f"contains more than {MOST_NAMES} files", subject=folder.name, remedy="Keep only the relevant ones"
            )
    return sorted(names)


def _unreadable(path: Path, error: OSError) -> InputError:
    if error.errno == errno.ELOOP:
        return InputError("is a link, which is not followed", subject=path.name, remedy="Copy the file itself")
    return InputError(
        f"cannot be read: {error.strerror}", subject=path.name, remedy="Check its permissions and its name"
    )
