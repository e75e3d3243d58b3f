"""Unpacking a downloaded zip that nobody here has looked into."""

import shutil
import stat
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

from agent.speech.errors import CorruptModel

_MAX_UNPACKED_BYTES = 8 * 1024**3


def unpack_model(archive: Path, target: Path) -> None:
    """Put the one folder of a zip at `target`, which appears complete or not at all.

    Raises CorruptModel for a broken zip, for more than one folder, and for members that would
    land elsewhere.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".unpack-") as workspace:
        try:
            with zipfile.ZipFile(archive) as content:
                folder = _single_folder(content, archive)
                content.extractall(workspace)
        except (zipfile.BadZipFile, EOFError) as error:
            raise CorruptModel(f"{archive} is not a whole zip file: {error}.") from error
        if target.exists():
            shutil.rmtree(target)
        (Path(workspace) / folder).replace(target)


def _single_folder(content: zipfile.ZipFile, archive: Path) -> str:
    folders = set()
    for member in content.infolist():
        path = PurePosixPath(member.filename)
        is_link = stat.S_ISLNK(member.external_attr >> 16)
        if path.is_absolute() or ".." in path.parts or "\\" in member.filename or is_link:
            raise CorruptModel(f"{archive} is refused: its member {member.filename!r} is unsafe.")
        folders.add(path.parts[0])
    unpacked_bytes = sum(member.file_size for member in content.infolist())
    if unpacked_bytes > _MAX_UNPACKED_BYTES:
        raise CorruptModel(f"{archive} is refused: it would unpack to {unpacked_bytes} bytes.")
    if len(folders) != 1:
        raise CorruptModel(f"{archive} is refused: it holds {len(folders)} folders, not one model.")
    return folders.pop()
