"""An environment's packages as an artifact for Lambda: image → recipe → lock → wheels → zip, without Docker."""

from ._artifact import DependencyArtifact
from ._environments import Dependencies, prepare
from ._recipe import Recipe, env_vars_of, recipe_of

__all__ = ["Dependencies", "DependencyArtifact", "Recipe", "env_vars_of", "prepare", "recipe_of"]
