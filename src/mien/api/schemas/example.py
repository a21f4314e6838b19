"""Examples in OpenAPI."""

from __future__ import annotations

from pydantic import ConfigDict, JsonValue


def example(**values: JsonValue) -> ConfigDict:
    """Return the configuration of a schema with one example."""
    return ConfigDict(json_schema_extra={"examples": [values]})
