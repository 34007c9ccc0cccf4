"""Rules about what runs: instances, functions, containers, commands and models."""

from trailguard._rule import Rule
from trailguard.rules.compute.instance_allows_imdsv1 import instance_allows_imdsv1

__all__ = ["COMPUTE_RULES"]

COMPUTE_RULES: tuple[Rule, ...] = (instance_allows_imdsv1,)
