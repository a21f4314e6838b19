"""How the bodies that `intake` reads look in OpenAPI, with examples."""

from __future__ import annotations

from typing import Any, Final

_BINARY: Final = {"type": "string", "format": "binary"}
_BASE64: Final = {
    "type": "string",
    "contentEncoding": "base64",
    "description": "a JPEG, PNG, WebP or BMP in base64, or a data URL of one",
}
_USER_ID: Final = {"type": "string", "minLength": 1, "maxLength": 128, "examples": ["ada"]}
_TOP_K: Final = {"type": "integer", "minimum": 1, "maximum": 100, "default": 1}
_SAMPLE: Final = "/9j/4AAQSkZJRgABAQ..."


def _body(
    required: list[str], form: dict[str, Any], json: dict[str, Any], example: dict[str, Any]
) -> dict[str, Any]:
    def schema(properties: dict[str, Any]) -> dict[str, Any]:
        return {"type": "object", "required": required, "properties": properties}

    return {
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {"schema": schema(form)},
                "application/json": {"schema": schema(json), "example": example},
            },
        }
    }


def _images(image: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": image, "minItems": 1, "maxItems": 10}


_TERMS: Final = {
    "consent_purpose": {
        "type": "string",
        "maxLength": 256,
        "description": "what the person agreed to",
    },
    "retention_days": {
        "type": "integer",
        "minimum": 1,
        "maximum": 36500,
        "description": "erase the subject after so many days",
    },
}
_NONCE: Final = {
    "type": "string",
    "minLength": 8,
    "maxLength": 128,
    "description": "comes back in the assertion, which ties it to your session",
}

ENROLLMENT: Final = _body(
    ["user_id", "images"],
    {"user_id": _USER_ID, "images": _images(_BINARY), **_TERMS},
    {"user_id": _USER_ID, "images": _images(_BASE64), **_TERMS},
    {"user_id": "ada", "images": [_SAMPLE], "consent_purpose": "door of building 7"},
)

CLAIM_AND_IMAGE: Final = _body(
    ["user_id", "image"],
    {"user_id": _USER_ID, "image": _BINARY, "nonce": _NONCE},
    {"user_id": _USER_ID, "image": _BASE64, "nonce": _NONCE},
    {"user_id": "ada", "image": _SAMPLE, "nonce": "n-0S6_WzA2Mj"},
)

OWN_IMAGE: Final = _body(
    ["user_id", "image"],
    {"user_id": _USER_ID, "image": _BINARY},
    {"user_id": _USER_ID, "image": _BASE64},
    {"user_id": "ada", "image": _SAMPLE},
)

IMAGE_AND_TOP_K: Final = _body(
    ["image"],
    {"image": _BINARY, "top_k": _TOP_K},
    {"image": _BASE64, "top_k": _TOP_K},
    {"image": _SAMPLE, "top_k": 3},
)

IMAGES: Final = _body(
    ["images"],
    {"images": _images(_BINARY)},
    {"images": _images(_BASE64)},
    {"images": [_SAMPLE, _SAMPLE]},
)

IMAGE: Final = _body(["image"], {"image": _BINARY}, {"image": _BASE64}, {"image": _SAMPLE})
