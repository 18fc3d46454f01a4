"""Writes a model directory as a whole or not at all: into a folder beside it, flushed, then
renamed.
"""

import contextlib
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from refusal import CANNOT_CREATE, Refusal

FILES = ("config.json", "model.safetensors", "selftest.safetensors", "vocab.txt")
MANIFEST = "SHA256SUMS"


def sha256(path):
    """The file's SHA-256 in lower-case hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_file(path, data):
    """Writes bytes and flushes them to the disk."""
    with open(path, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def check_free(directory, force):
    """Refuses a place that holds something already, before any work is done."""
    directory = Path(directory)
    if directory.is_symlink() or (directory.exists() and not directory.is_dir()):
        raise Refusal(f"{directory}: exists and is not a folder", CANNOT_CREATE)
    if directory.is_dir() and any(directory.iterdir()) and not force:
        raise Refusal(f"{directory}: is not empty; --force replaces it", CANNOT_CREATE)


@contextlib.contextmanager
def replacing(directory, force):
    """Gives a fresh folder to fill with FILES; when all went well it gets its manifest and becomes
    `directory`.
    """
    directory = Path(directory).absolute()
    check_free(directory, force)
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{directory.name}.", dir=directory.parent))
    except OSError as problem:
        raise Refusal(f"{directory.parent}: {problem.strerror}", CANNOT_CREATE) from None
    try:
        yield fresh
        manifest = "".join(f"{sha256(fresh / name)}  {name}\n" for name in FILES)
        write_file(fresh / MANIFEST, manifest.encode())
        for path in fresh.iterdir():
            path.chmod(0o644)
        fresh.chmod(0o755)
        _flush_folder(fresh)
        _take_place(fresh, directory, force)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _take_place(fresh, directory, force):
    """Renames. An old directory steps aside under a hidden name and is removed last, so that it is
    never lost half-way.
    """
    check_free(directory, force)
    if directory.is_dir() and any(directory.iterdir()):
        old = Path(tempfile.mkdtemp(prefix=f".{directory.name}.", dir=directory.parent))
        directory.rename(old)
        fresh.rename(directory)
        shutil.rmtree(old)
    else:
        fresh.rename(directory)
    _flush_folder(directory.parent)


def _flush_folder(path):
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
