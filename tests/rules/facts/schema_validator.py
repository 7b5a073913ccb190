"""As much of JSON Schema as the schema of facts uses: enough to try it on documents."""

from typing import Any

Schema = dict[str, Any]
TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "integer": int,
    "boolean": bool,
    "string": str,
    "null": type(None),
}
SAID = {"$schema", "$defs", "title", "description", "x-unit", "format"}


def holds(schema: Schema, value: Any, root: Schema) -> bool:  # noqa: ANN401 -- any JSON
    """Whether the value is as the schema says. A keyword that is not known here is a KeyError."""
    return all(CHECKS[key](schema, value, root) for key in schema if key not in SAID)


def _type(schema: Schema, value: Any, _: Schema) -> bool:  # noqa: ANN401 -- any JSON
    is_flag = isinstance(value, bool) and schema["type"] != "boolean"
    return isinstance(value, TYPES[schema["type"]]) and not is_flag


def _properties(schema: Schema, value: Any, root: Schema) -> bool:  # noqa: ANN401 -- any JSON
    return not isinstance(value, dict) or all(
        holds(schema["properties"][name], value[name], root)
        for name in schema["properties"].keys() & value.keys()
    )


def _additional(schema: Schema, value: Any, root: Schema) -> bool:  # noqa: ANN401 -- any JSON
    others = value.keys() - schema.get("properties", {}).keys() if isinstance(value, dict) else ()
    inner = schema["additionalProperties"]
    return not others if inner is False else all(holds(inner, value[name], root) for name in others)


def _if(schema: Schema, value: Any, root: Schema) -> bool:  # noqa: ANN401 -- any JSON
    return not holds(schema["if"], value, root) or holds(schema["then"], value, root)


CHECKS = {
    "type": _type,
    "properties": _properties,
    "additionalProperties": _additional,
    "required": lambda s, v, _: not isinstance(v, dict) or set(s["required"]) <= v.keys(),
    "propertyNames": lambda s, v, r: all(holds(s["propertyNames"], name, r) for name in v),
    "items": lambda s, v, r: not isinstance(v, list) or all(holds(s["items"], i, r) for i in v),
    "anyOf": lambda s, v, r: any(holds(one, v, r) for one in s["anyOf"]),
    "oneOf": lambda s, v, r: sum(holds(one, v, r) for one in s["oneOf"]) == 1,
    "allOf": lambda s, v, r: all(holds(one, v, r) for one in s["allOf"]),
    "const": lambda s, v, _: v == s["const"],
    "enum": lambda s, v, _: v in s["enum"],
    "minimum": lambda s, v, _: not isinstance(v, int) or v >= s["minimum"],
    "maximum": lambda s, v, _: not isinstance(v, int) or v <= s["maximum"],
    "minLength": lambda s, v, _: not isinstance(v, str) or len(v) >= s["minLength"],
    "minItems": lambda s, v, _: not isinstance(v, list) or len(v) >= s["minItems"],
    "$ref": lambda s, v, r: holds(r["$defs"][s["$ref"].rsplit("/", 1)[1]], v, r),
    "if": _if,
    "then": lambda *_: True,
}
