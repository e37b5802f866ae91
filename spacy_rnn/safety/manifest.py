"""The manifest of a saved pipeline: size and sha256 of every file that loading reads.

It shows what was damaged or mixed up. It is no signature: whoever can change the files can write
another. Against that, compare the digest of the manifest itself with one that came another way.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Dict, NamedTuple, Optional, Union

from ..errors import ModelFileError
from .parts import CONFIG, MANIFEST, META, REMEDY, described, files_read

FORMAT = 1
CHUNK = 1 << 20
LARGEST = 10_000_000  # bytes of a manifest


class Entry(NamedTuple):
    """What a manifest says about a file."""

    size: int
    sha256: str


class Manifest(NamedTuple):
    """The files by name, and the sha256 of the manifest itself."""

    files: Dict[str, Entry]
    digest: str


def write_manifest(path: Union[str, Path]) -> str:
    """Write down what the pipeline in a directory consists of, now that it is trusted.

    RETURNS: the sha256 of the manifest. Who has it from you can be sure of what they load.
    RAISES: ModelFileError if there is no pipeline.
    """
    root = Path(path)
    return _write(root, {name: _entry(root / name) for name in files_read(root)})


def renew_entry(path: Union[str, Path], name: str) -> None:
    """Note that one file was changed on purpose. Damage to the others will still be found."""
    root = Path(path)
    if (root / MANIFEST).is_file():
        _write(root, {**read_manifest(root).files, name: _entry(root / name)})


def read_manifest(root: Path) -> Manifest:
    """RAISES: ModelFileError if there is none, or none that can be read."""
    file = root / MANIFEST
    if not file.is_file():
        raise ModelFileError(
            f"{root} has no {MANIFEST}, so that damage could not be seen. If you trust what is "
            f"there: spacy rnn seal {root}"
        )
    try:
        if file.stat().st_size > LARGEST:
            raise ValueError(f"it is larger than {LARGEST} bytes")
        block = file.read_bytes()
        content = json.loads(block)
        if content["format"] != FORMAT:
            raise ValueError("it is of another version")
        files = {name: Entry(**entry) for name, entry in content["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ModelFileError(f"{file} cannot be read ({error}). {REMEDY}") from error
    return Manifest(files, hashlib.sha256(block).hexdigest())


def verify_manifest(path: Union[str, Path], digest: Optional[str] = None) -> Manifest:
    """Compare every file with the manifest.

    digest: the sha256 that the manifest itself must have.
    RAISES: ModelFileError naming the file that is damaged, missing or too many.
    """
    root = Path(path)
    manifest = read_manifest(root)
    if digest is not None and manifest.digest != digest.lower():
        raise ModelFileError(
            f"{root / MANIFEST} has the sha256 {manifest.digest}, not {digest}. {REMEDY}"
        )
    # What belongs to the pipeline is known from the config: it must be right first.
    _check(root, CONFIG, manifest)
    found = set(files_read(root))
    for name in sorted(found | set(manifest.files)):
        if name not in found:
            raise ModelFileError(f"{described(root, name)} is missing. {REMEDY}")
        _check(root, name, manifest)
    return manifest


def _check(root: Path, name: str, manifest: Manifest) -> None:
    file, known = root / name, manifest.files.get(name)
    if known is None:
        problem = f"is not in {MANIFEST}"
    elif not file.is_file():
        problem = "is missing"
    elif name == META and _is_packaged(root):
        return
    elif file.stat().st_size != known.size:
        problem = f"is damaged: it has {file.stat().st_size} bytes, {MANIFEST} says {known.size}"
    elif _sha256(file) != known.sha256:
        problem = f"is damaged: its sha256 is not the one in {MANIFEST}"
    else:
        return
    raise ModelFileError(
        f"{described(root, name)} {problem}. {REMEDY} If it was changed on purpose: "
        f"spacy rnn seal {root}"
    )


def _is_packaged(root: Path) -> bool:
    """`spacy package` writes meta.json anew, and a second time beside the pipeline."""
    twin = root.parent / META
    return twin.is_file() and twin.read_bytes() == (root / META).read_bytes()


def _entry(file: Path) -> Entry:
    return Entry(file.stat().st_size, _sha256(file))


def _sha256(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _write(root: Path, files: Dict[str, Entry]) -> str:
    listed = {name: entry._asdict() for name, entry in sorted(files.items())}
    block = json.dumps({"format": FORMAT, "files": listed}, indent=1).encode("utf8")
    (root / MANIFEST).write_bytes(block)
    return hashlib.sha256(block).hexdigest()
