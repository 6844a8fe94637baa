"""The settings: reads and validates all environment variables."""

import shlex
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from environs import Env
from marshmallow import ValidationError, fields
from marshmallow.validate import URL, ContainsOnly, Length, Range, Regexp

from okr_events.domain.decimals import parse_integer
from okr_events.event_log.signing_seed import InvalidSeed, parse_seed
from projections.documents.render_process import RenderLimits

DEFAULT_MAX_BODY = 1_048_576
MEBIBYTE = 1_048_576
PERCENT_ENCODED = Regexp(r"([^%]|%[0-9A-Fa-f]{2})*\Z", error="must write the character % as %25, also within a password")
"""Otherwise the driver's error would show the whole address with its password."""
PROXY_HEADERS = ("proto", "host", "prefix")
"""The headers `X-Forwarded-…` by which a proxy says how clients reach it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """`data_dir` holds the SQLite files and the admin token; `largest_body` is in bytes.

    With `pin_workers` each worker keeps to one CPU core. The headers of a proxy that `proxy_headers` lists are trusted. If
    `log_name` or `signing_key` (the seed) is null, the register generates and stores it.
    Checkpoints go to each of the three destinations that is set.
    """

    data_dir: Path
    database_url: str | None
    views_url: str | None
    admin_token: str | None
    largest_body: int
    workers: int
    threads: int
    pin_workers: bool = False
    proxy_headers: tuple[str, ...] = ()
    log_name: str | None = None
    signing_key: bytes | None = field(default=None, repr=False)
    checkpoint_file: Path | None = None
    checkpoint_command: tuple[str, ...] = ()
    checkpoint_webhook: str | None = None
    render_limits: RenderLimits = field(default_factory=RenderLimits)


def load_settings() -> Settings:
    """Return the settings. Raises `environs.EnvValidationError` with the messages for every invalid variable."""
    env = Env(eager=False)
    env.add_parser_from_field("integer", PlainInteger)
    postgres = Regexp(r"postgres(ql)?://", error="must start with postgresql://")
    up_to_64 = _between(1, 64)
    with env.prefixed("OKR_"):
        data_dir = env.path("DATA_DIR", Path("data"))
        database_url = env.str("DATABASE_URL", None, validate=[postgres, PERCENT_ENCODED])
        views_url = env.str("VIEWS_URL", None, validate=[postgres, PERCENT_ENCODED])
        admin_token = env.str("ADMIN_TOKEN", None, validate=Length(min=20, error="must have at least 20 characters"))
        largest_body = env.integer("LARGEST_BODY", DEFAULT_MAX_BODY, validate=Range(min=1024, error="must be at least {min}"))
        workers = env.integer("WORKERS", None, validate=up_to_64)
        threads = env.integer("THREADS", 16, validate=up_to_64)
        pin_workers = env.bool("PIN_WORKERS", False)
        name_pattern = Regexp(r"[^\s+\x00-\x1f]{1,200}\Z", error="must be 1 to 200 characters without spaces and plus signs")
        known = ContainsOnly(PROXY_HEADERS, error="may list {choices}")
        proxy_headers: list[str] = env.list("PROXY_HEADERS", [], subcast=str.strip, validate=known)
        log_name = env.str("LOG_NAME", None, validate=name_pattern)
        signing_key = env.str("SIGNING_KEY", None, validate=_validate_seed)
        file = env.path("CHECKPOINT_FILE", None)
        command = env.str("CHECKPOINT_COMMAND", None, validate=_validate_command)
        http_url = URL(schemes={"http", "https"}, require_tld=False, error="must be an address with http or https")
        webhook = env.str("CHECKPOINT_WEBHOOK", None, validate=[_validate_no_credentials, http_url])
        render_memory = env.integer("RENDER_MEMORY", 512, validate=_between(64, 65_536))
        render_seconds = env.integer("RENDER_SECONDS", 30, validate=_between(1, 600))
        renderers = env.integer("RENDERERS", 2, validate=up_to_64)
        render_wait = env.integer("RENDER_WAIT", 10, validate=_between(0, 60))
    env.seal()
    workers = workers or (2 if database_url else 1)
    return Settings(
        *(data_dir, database_url, views_url, admin_token, largest_body, workers, threads),
        pin_workers=pin_workers,
        proxy_headers=tuple(proxy_headers),
        log_name=log_name,
        signing_key=parse_seed(signing_key) if signing_key else None,
        checkpoint_file=file,
        checkpoint_command=tuple(shlex.split(command or "")),
        checkpoint_webhook=webhook,
        render_limits=RenderLimits(render_memory * MEBIBYTE, render_seconds, renderers, render_wait, threads // 4),
    )


def _between(low: int, high: int) -> Range:
    return Range(min=low, max=high, error="must be from {min} to {max}")


class PlainInteger(fields.Integer):
    """An integer in plain ASCII digits."""

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> int:  # noqa: ARG002 - marshmallow's
        try:
            return parse_integer(str(value))
        except ValueError as error:
            raise ValidationError(str(error)) from None


def _validate_seed(text: str) -> None:
    try:
        parse_seed(text)
    except InvalidSeed as error:
        raise ValidationError(str(error)) from None


def _validate_command(text: str) -> None:
    try:
        arguments = shlex.split(text)
    except ValueError:
        arguments = []
    if not arguments:
        raise ValidationError("must be a command with its arguments")


def _validate_no_credentials(text: str) -> None:
    if urlsplit(text).username is not None:
        raise ValidationError("must not contain a user or password, which would appear in errors")
