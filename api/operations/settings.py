"""Settings: environment variables, read in one place, all that is wrong reported at once."""

import shlex
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from environs import Env
from marshmallow import ValidationError
from marshmallow.validate import URL, Length, Range, Regexp

from okr_events.event_log.signing_seed import InvalidSeed, parse_seed

DEFAULT_MAX_BODY = 1_048_576


@dataclass(frozen=True, slots=True)
class Settings:
    """`data_dir` holds the SQLite files and the admin token; `largest_body` is in bytes.

    `log_name` and `signing_key` (the seed) are null where the register makes and keeps them; checkpoints go to each of the
    three places that is set.
    """

    data_dir: Path
    database_url: str | None
    views_url: str | None
    admin_token: str | None
    largest_body: int
    workers: int
    threads: int
    log_name: str | None = None
    signing_key: bytes | None = field(default=None, repr=False)
    checkpoint_file: Path | None = None
    checkpoint_command: tuple[str, ...] = ()
    checkpoint_webhook: str | None = None


def load_settings() -> Settings:
    """Raises `environs.EnvValidationError` that names every variable that is wrong."""
    env = Env(eager=False)
    postgres = Regexp(r"postgres(ql)?://", error="It starts with postgresql://.")
    with env.prefixed("OKR_"):
        data_dir = env.path("DATA_DIR", Path("data"))
        database_url = env.str("DATABASE_URL", None, validate=postgres)
        views_url = env.str("VIEWS_URL", None, validate=postgres)
        admin_token = env.str("ADMIN_TOKEN", None, validate=Length(min=20, error="At least 20 characters."))
        largest_body = env.int("LARGEST_BODY", DEFAULT_MAX_BODY, validate=Range(min=1024))
        workers = env.int("WORKERS", None, validate=Range(min=1, max=64))
        threads = env.int("THREADS", 16, validate=Range(min=1, max=64))
        log_name = env.str("LOG_NAME", None, validate=Regexp(r"[^\s+\x00-\x1f]{1,200}\Z", error="No space and no plus."))
        signing_key = env.str("SIGNING_KEY", None, validate=_validate_seed)
        file = env.path("CHECKPOINT_FILE", None)
        command = env.str("CHECKPOINT_COMMAND", None, validate=_validate_command)
        webhook = env.str(
            "CHECKPOINT_WEBHOOK", None, validate=[_validate_no_credentials, URL(schemes={"http", "https"}, require_tld=False)]
        )
    env.seal()
    workers = workers or (2 if database_url else 1)
    return Settings(
        *(data_dir, database_url, views_url, admin_token, largest_body, workers, threads),
        log_name=log_name,
        signing_key=parse_seed(signing_key) if signing_key else None,
        checkpoint_file=file,
        checkpoint_command=tuple(shlex.split(command or "")),
        checkpoint_webhook=webhook,
    )


def _validate_seed(text: str) -> None:
    try:
        parse_seed(text)
    except InvalidSeed as error:
        raise ValidationError(str(error)) from None


def _validate_command(text: str) -> None:
    try:
        words = shlex.split(text)
    except ValueError:
        words = []
    if not words:
        raise ValidationError("It is not the words of a command.")


def _validate_no_credentials(text: str) -> None:
    if urlsplit(text).username is not None:
        raise ValidationError("An address without a user and a password: they would be told in errors.")
