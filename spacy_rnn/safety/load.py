"""`safe_load`: a pipeline from somewhere else, or an error that says why not."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Iterable, List, NamedTuple, Optional, Tuple, Union

import numpy as np
from spacy import util
from spacy.language import Language

from ..errors import ModelFileError
from .blame import blaming
from .bounds import Bounds
from .config_check import Findings, check_config, read_config
from .data_check import check_data
from .manifest import Manifest, verify_manifest
from .parts import CONFIG, OF_SPACY, files_read


class Verified(NamedTuple):
    """A pipeline and what was checked. manifest: None if it was not asked for."""

    nlp: Language
    files: List[str]
    manifest: Optional[Manifest]
    config: Findings


def safe_load(
    path: Union[str, Path],
    *,
    allow: Iterable[str] = (),
    digest: Optional[str] = None,
    bounds: Bounds = Bounds(),
    require_manifest: bool = True,
    exclude: Iterable[str] = (),
) -> Language:
    """Load a pipeline from a directory as `spacy.load` does, after checking it.

    allow: registered functions, components and languages that the config may name besides spaCy's
        and ours which only build layers. They are yours to trust.
    digest: the sha256 that manifest.json must have, if its maker told you.
    bounds: the largest sizes to build.
    require_manifest: False also loads a pipeline without one; then only the weights of our own
        layers are known to be undamaged.
    exclude: components to leave out.
    RAISES: ModelFileError naming file, component and remedy, for everything that is wrong.
    """
    return verify(
        path,
        allow=allow,
        digest=digest,
        bounds=bounds,
        require_manifest=require_manifest,
        exclude=exclude,
    ).nlp


def verify(
    path: Union[str, Path],
    *,
    allow: Iterable[str],
    digest: Optional[str],
    bounds: Bounds,
    require_manifest: bool,
    exclude: Iterable[str],
) -> Verified:
    """Load as `safe_load` does. RETURNS: the pipeline, and what was checked."""
    root = Path(path)
    if not (root / CONFIG).is_file():
        raise ModelFileError(f"{root} is not the directory of a pipeline: it has no {CONFIG}.")
    manifest = verify_manifest(root, digest) if require_manifest or digest else None
    with blaming(root / CONFIG):
        config = read_config(root)
        findings = check_config(config, frozenset(allow), bounds)
    files = files_read(root)
    check_data(root, files, bounds)
    return Verified(_build(root, config, list(exclude)), files, manifest, findings)


def _build(root: Path, config: Any, exclude: List[str]) -> Language:
    with blaming(root / "meta.json"):
        meta = util.load_meta(root / "meta.json")
    with blaming(root / CONFIG):
        nlp = util.load_model_from_config(config, meta=meta, exclude=exclude)
    try:
        nlp.from_disk(root, exclude=exclude)
    except Exception as error:
        part, reason = _culprit(nlp, root, exclude) or (CONFIG, error)
        with blaming(root / part, "" if part in OF_SPACY else part):
            raise reason from None
    for name, pipe in nlp.pipeline:
        with blaming(root / name / "model", name):
            _check_finite(pipe)
    return nlp


def _culprit(nlp: Language, root: Path, exclude: List[str]) -> Optional[Tuple[str, Exception]]:
    """After a failure, read part by part. RETURNS: the first that fails, and how."""
    parts = [*OF_SPACY, *nlp.component_names]
    for part in parts:
        others = [other.split(".")[0] for other in parts if other != part]
        try:
            nlp.from_disk(root, exclude=[*exclude, *others])
        except Exception as error:
            return part, error
    return None


def _check_finite(pipe: Any) -> None:
    """Our own layers are checked where they are read; these are Thinc's."""
    for node in pipe.model.walk() if hasattr(pipe, "model") else ():
        for name in node.param_names:
            weight = node.ops.to_numpy(node.get_param(name)) if node.has_param(name) else 0.0
            if not np.isfinite(weight).all():
                raise ModelFileError(f"The weight {node.name}.{name} holds NaN or infinity.")
