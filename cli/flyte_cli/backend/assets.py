"""Where the backend's sources lie: in a checkout beside the code, in an installed wheel below `assets/`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import flyte

_PACKAGED = Path(__file__).parent / "assets"
_CHECKOUT = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class BackendAssets:
    """Files and folders that a backend is made of."""

    sdk: Path
    """The folder of the package `flyte`."""
    functions: Path
    """The folder of the package `functions`."""
    template: Path
    """The synthesized CloudFormation template."""
    functions_lock: Path
    """Hashed requirements of the functions."""
    devbox_lock: Path
    """Hashed requirements of the devbox's own environment."""

    @classmethod
    def find(cls) -> BackendAssets:
        """The assets that belong to the running code.

        Raises:
            FileNotFoundError: If the installation holds no assets.
        """
        if _PACKAGED.is_dir():
            assets = cls.below(_PACKAGED, functions=_PACKAGED, requirements=_PACKAGED)
        else:
            assets = cls.below(_CHECKOUT / "cdk/template", functions=_CHECKOUT, requirements=_CHECKOUT / "requirements")
        missing = [str(path) for path in (assets.functions, assets.template) if not path.exists()]
        if missing:
            raise FileNotFoundError(
                f"this installation of flyte-lambda lacks {' and '.join(missing)}; reinstall it, or run from a checkout"
            )
        return assets

    @classmethod
    def below(cls, template: Path, *, functions: Path, requirements: Path) -> BackendAssets:
        """Assets in the given folders, with the SDK that is imported."""
        return cls(
            sdk=Path(flyte.__file__).parent,
            functions=functions / "functions",
            template=template / "flyte.template.json",
            functions_lock=requirements / "functions.txt",
            devbox_lock=requirements / "devbox.txt",
        )
