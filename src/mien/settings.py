"""Settings, from the environment (MIEN_...); read at the entry points only."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from mien.core.image import ImageLimits
from mien.core.policy import DEFAULT_TARGET_FPIR
from mien.core.quality import QualityLimits

_Positive = Annotated[float, Field(gt=0)]
_Share = Annotated[float, Field(ge=0, le=1)]
_Rate = Annotated[float, Field(gt=0, lt=1)]

_DEFAULT_QUALITY = QualityLimits()
_DEFAULT_IMAGE = ImageLimits()

MIN_API_KEY_LENGTH = 16


class QualitySettings(BaseModel):
    """MIEN_QUALITY__...: what the quality gate accepts; units in `QualityLimits`."""

    min_sharpness: Annotated[float, Field(ge=0)] = _DEFAULT_QUALITY.min_sharpness
    min_brightness: Annotated[float, Field(ge=0, le=255)] = _DEFAULT_QUALITY.min_brightness
    max_brightness: Annotated[float, Field(ge=0, le=255)] = _DEFAULT_QUALITY.max_brightness
    min_contrast: Annotated[float, Field(ge=0)] = _DEFAULT_QUALITY.min_contrast
    min_face_px: Annotated[float, Field(ge=20)] = _DEFAULT_QUALITY.min_face_px
    max_roll_deg: Annotated[float, Field(gt=0, le=180)] = _DEFAULT_QUALITY.max_roll_deg
    max_yaw: _Positive = _DEFAULT_QUALITY.max_yaw
    max_pitch: _Positive = _DEFAULT_QUALITY.max_pitch
    min_visible_share: _Share = _DEFAULT_QUALITY.min_visible_share

    def limits(self) -> QualityLimits:
        """Return the value the core works with."""
        return QualityLimits(**self.model_dump())


class Settings(BaseSettings):
    """Everything that can be chosen; each has a default that is safe."""

    model_config = SettingsConfigDict(
        env_prefix="MIEN_",
        env_nested_delimiter="__",
        env_ignore_empty=True,
        hide_input_in_errors=True,  # an input may be a key
        extra="ignore",
        frozen=True,
    )

    data_dir: Path = Field(
        default_factory=lambda: Path.home() / ".mien",
        description="folder of the database and the imported models",
    )
    models_mirror: str | None = Field(
        default=None,
        description="folder or http(s) URL that models are pulled from, instead of the web",
    )
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    api_key: SecretStr | None = Field(
        default=None, description="the first API key; without it one is made and printed once"
    )
    pack: str = Field(
        default="auto",
        description="auto, builtin, standard, accurate or custom",
    )
    detectors: tuple[str, ...] = Field(
        default=("yunet",),
        description="of a custom pack; the later ones are asked where the first find nobody",
    )
    landmarker: str = Field(
        default="yunet", description="of a custom pack: yunet, five_landmarks or detector"
    )
    embedders: dict[str, _Positive] = Field(
        default={"mobilefacenet": 0.25, "resnet29": 0.75},
        description="of a custom pack, each with its share of the similarity",
    )
    precision: Literal["fp32", "fp16", "int8"] | None = Field(
        default=None, description="of the embedders; without it what the pack was measured with"
    )
    provider: Literal["cpu", "cuda", "openvino", "coreml"] = Field(
        default="cpu", description="what runs the networks; an error where it is not there"
    )
    target_fmr: _Rate | None = Field(
        default=None, description="false match rate of a 1:1 verification; without it the pack's"
    )
    target_fpir: _Rate = Field(
        default=DEFAULT_TARGET_FPIR,
        description="false positive rate of a 1:N search by somebody who is not enrolled",
    )
    max_image_bytes: Annotated[int, Field(gt=0)] = _DEFAULT_IMAGE.max_bytes
    max_image_pixels: Annotated[int, Field(gt=0)] = _DEFAULT_IMAGE.max_pixels
    workers: Annotated[int, Field(ge=1, le=256)] = Field(
        default_factory=lambda: os.cpu_count() or 1,
        description="photos that are worked on at a time",
    )
    queue_length: Annotated[int, Field(ge=0)] = Field(
        default=64, description="photos that may wait; more are refused with 503"
    )
    quality: QualitySettings = QualitySettings()

    @model_validator(mode="after")
    def _require_strong_key(self) -> Self:
        if self.api_key and len(self.api_key.get_secret_value()) < MIN_API_KEY_LENGTH:
            raise ValueError(
                f"MIEN_API_KEY must have at least {MIN_API_KEY_LENGTH} characters: "
                'make one with  python -c "import secrets; print(secrets.token_urlsafe(32))"'
            )
        return self

    def image_limits(self) -> ImageLimits:
        """Return the value the decoder works with."""
        return ImageLimits(self.max_image_bytes, self.max_image_pixels)
