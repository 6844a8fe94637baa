"""The types of JSON whose members its sender chooses: the only place that says `Any`."""

from typing import Any, TypeAlias

Json: TypeAlias = Any
JsonObject: TypeAlias = dict[str, Any]
