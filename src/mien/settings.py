"""Settings, from the environment (MIEN_...); read at the entry points only."""

from __future__ import annotations

import ipaddress
import os
import re
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import (
    BaseModel,
    Field,
    SecretStr,
    StringConstraints,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from mien.core.expression_log import EXPRESSIONS_KEPT
from mien.core.groups import parse_attribute
from mien.core.image import ImageLimits
from mien.core.live.demands import Demand, require_drawable
from mien.core.liveness import LivenessPolicy
from mien.core.policy import DEFAULT_TARGET_FPIR
from mien.core.quality import QualityLimits
from mien.core.video import VideoLimits
from mien.errors import InvalidRequestError

_Positive = Annotated[float, Field(gt=0)]
_Share = Annotated[float, Field(ge=0, le=1)]
_Rate = Annotated[float, Field(gt=0, lt=1)]
_Statement = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=20, max_length=1000)
]

_DEFAULT_QUALITY = QualityLimits()
_DEFAULT_IMAGE = ImageLimits()
_DEFAULT_VIDEO = VideoLimits()

MIN_API_KEY_LENGTH = 16

ANY: Final = "*"
_LOOPBACK_HOSTS: Final = ("localhost", "127.0.0.1", "::1")
_ORIGIN: Final = re.compile(r"https?://[^/\s*]+")
_HOST: Final = re.compile(r"(\*\.)?[a-z0-9._-]+")


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


class RateSettings(BaseModel):
    """MIEN_RATES__...: rates in the place of the profile's, as `100/second`."""

    general: str | None = None
    authenticate: str | None = None
    enroll: str | None = None
    log_in: str | None = None


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
    database_url: SecretStr | None = Field(
        default=None,
        description="postgresql://user:password@host/database; without it a file in data_dir",
    )
    redis_url: SecretStr | None = Field(
        default=None,
        description="redis://host:6379, for rate limits that several servers share",
    )
    master_key: SecretStr | None = Field(
        default=None, description="32 bytes in base64; several, apart by spaces, during a rotation"
    )
    master_key_command: str | None = Field(
        default=None, description="prints the master key, as a KMS or a vault can"
    )
    master_key_file: Path | None = Field(
        default=None, description="file of the master keys; without it master.key in data_dir"
    )
    renewable_templates: bool = Field(
        default=True, description="rotate the templates of a new gallery by a secret of its own"
    )
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    allowed_hosts: tuple[str, ...] = Field(
        default=(), description="names in URLs of this server; loopback and MIEN_HOST are anyway"
    )
    cors_origins: tuple[str, ...] = Field(
        default=(), description="web sites whose pages may call this server from a browser"
    )
    trusted_proxies: tuple[str, ...] = Field(
        default=(), description="addresses or networks whose X-Forwarded-For is believed"
    )
    tls_certificate: Path | None = Field(
        default=None, description="PEM file of the certificate, its issuers after it"
    )
    tls_key: Path | None = Field(
        default=None, description="PEM file of its key, for nobody else to read"
    )
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
    provider: Literal["cpu", "cuda", "openvino", "coreml"] | None = Field(
        default=None,
        description="what runs the networks, an error where it is not there; without it the CPU, "
        "and for expressions a GPU where ONNX Runtime has one",
    )
    expression_model: Literal["mien", "ferplus_vgg13", "hsemotion_b0"] = Field(
        default="mien", description="what reads expressions; an error where it is not there"
    )
    emotion_port: Annotated[int, Field(ge=0, le=65535)] = Field(
        default=1236, description="of `mien emotion serve`"
    )
    target_fmr: _Rate | None = Field(
        default=None, description="false match rate of a 1:1 verification; without it the pack's"
    )
    target_fpir: _Rate = Field(
        default=DEFAULT_TARGET_FPIR,
        description="false positive rate of a 1:N search by somebody who is not enrolled",
    )
    require_consent: bool = Field(
        default=False, description="refuse enrollments that do not say what was agreed to"
    )
    retention_days: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="erase everybody so long after their enrollment"
    )
    wellbeing_purpose: _Statement | None = Field(
        default=None,
        description="why expressions at authentication are kept, in the words that people are "
        "told; without it none is (docs/wellbeing.md)",
    )
    wellbeing_period: Literal["day", "week"] = Field(
        default="week", description="what well-being of groups is told by"
    )
    expression_retention_days: Annotated[int, Field(ge=1, le=3650)] = Field(
        default=EXPRESSIONS_KEPT.days, description="erase expressions so long after they were kept"
    )
    fairness_attributes: tuple[str, ...] = Field(
        default=(), description="what groups are watched by for unequal refusals, as age"
    )
    fairness_days: Annotated[int, Field(ge=1, le=366)] = Field(
        default=30, description="whole days of attempts that groups are compared over"
    )
    replay_memory_days: Annotated[int, Field(ge=1)] = Field(
        default=30, description="how long the bytes of a used photo are refused"
    )
    issuer: str = Field(
        default="mien", description="who signs assertions: this server's URL as others see it"
    )
    face_sign_in: LivenessPolicy | None = Field(
        default=None,
        description="let people sign in for themselves, and ask so much of their faces: none, "
        "passive, active or both",
    )
    adapt: bool = Field(
        default=False,
        description="learn from strong matches of living people (docs/adaptation.md)",
    )
    live_demands: tuple[Demand, ...] = Field(
        default=tuple(Demand),
        description="what a live session may ask for; a turn and something else at least",
    )
    screen_light: bool = Field(
        default=False,
        description="after its demands a live session lets the screen shine on the face",
    )
    unsafe_live_demands: tuple[Demand, ...] = Field(
        default=(), description="exactly these demands, for tests; refused in production"
    )
    rate_limits: Literal["default", "strict"] = Field(
        default="default", description="how often a key and an address may ask"
    )
    rates: RateSettings = RateSettings()
    unsafe_no_rate_limits: bool = Field(
        default=False, description="no limits at all, for measurements; refused in production"
    )
    production: bool = Field(
        default=False, description="refuse to start with what mien doctor --production objects to"
    )
    max_image_bytes: Annotated[int, Field(gt=0)] = _DEFAULT_IMAGE.max_bytes
    max_image_pixels: Annotated[int, Field(gt=0)] = _DEFAULT_IMAGE.max_pixels
    max_video_bytes: Annotated[int, Field(gt=0)] = Field(
        default=_DEFAULT_VIDEO.max_bytes, description="larger videos are refused"
    )
    video_workers: Annotated[int, Field(ge=1, le=64)] = Field(
        default=1, description="videos that are read at a time; the others wait"
    )
    workers: Annotated[int, Field(ge=1, le=256)] = Field(
        default_factory=lambda: os.cpu_count() or 1,
        description="photos that are worked on at a time",
    )
    queue_length: Annotated[int, Field(ge=0)] = Field(
        default=64, description="photos that may wait; more are refused with 503"
    )
    max_streams: Annotated[int, Field(ge=1)] = Field(
        default=100, description="live streams at a time; more are closed with 1013"
    )
    max_streams_per_caller: Annotated[int, Field(ge=1)] = Field(
        default=10, description="of those, how many of one API key, and of one address"
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

    @field_validator("allowed_hosts")
    @classmethod
    def _require_hosts(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        hosts = tuple(host.lower().strip("[]") for host in hosts)
        for host in hosts:
            if host != ANY and not _HOST.fullmatch(host) and not _is_address(host):
                raise ValueError(f"{host}: name hosts as mien.example.org, without scheme or port")
        return hosts

    @field_validator("cors_origins")
    @classmethod
    def _require_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            if origin != ANY and not _ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin}: name origins as https://app.example.org, no path")
        return origins

    @field_validator("live_demands")
    @classmethod
    def _require_drawable(cls, demands: tuple[Demand, ...]) -> tuple[Demand, ...]:
        try:
            require_drawable(demands)
        except InvalidRequestError as error:
            raise ValueError(str(error)) from error
        return demands

    @field_validator("fairness_attributes")
    @classmethod
    def _require_attributes(cls, attributes: tuple[str, ...]) -> tuple[str, ...]:
        try:
            return tuple(parse_attribute(attribute) for attribute in attributes)
        except InvalidRequestError as error:
            raise ValueError(str(error)) from error

    @field_validator("trusted_proxies")
    @classmethod
    def _require_networks(cls, proxies: tuple[str, ...]) -> tuple[str, ...]:
        for proxy in proxies:
            if proxy != ANY and not _is_network(proxy):
                raise ValueError(f"{proxy}: name proxies as 10.0.0.7 or 10.0.0.0/24")
        return proxies

    @model_validator(mode="after")
    def _require_both_tls_files(self) -> Self:
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError("set both of MIEN_TLS_CERTIFICATE and MIEN_TLS_KEY, or neither")
        return self

    def hosts(self) -> tuple[str, ...]:
        """Return the host names that requests may be addressed to; `*` is any."""
        if self.allowed_hosts:
            return (*_LOOPBACK_HOSTS, *self.allowed_hosts)
        # By what names others reach "every address" is not known here.
        return (ANY,) if _is_every_address(self.host) else (*_LOOPBACK_HOSTS, self.host.lower())

    def image_limits(self) -> ImageLimits:
        """Return the value the decoder works with."""
        return ImageLimits(self.max_image_bytes, self.max_image_pixels)


def _is_address(text: str) -> bool:
    return "/" not in text and _is_network(text)


def _is_every_address(host: str) -> bool:
    return not host or (_is_address(host) and ipaddress.ip_address(host).is_unspecified)


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return False
    return True
