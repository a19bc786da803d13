"""The user's code as one artifact: discover → collect → zip → digest, the same way for a run and for a deployment."""

from ._bundle import CodeBundle, CopyStyle, make_bundle
from ._layout import CodeRoot, code_root
from ._zip import BundleFile

__all__ = ["BundleFile", "CodeBundle", "CodeRoot", "CopyStyle", "code_root", "make_bundle"]
