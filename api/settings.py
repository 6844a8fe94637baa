"""Settings: environment variables, read in one place, all that is wrong reported at once."""

from dataclasses import dataclass
from pathlib import Path

from environs import Env
from marshmallow.validate import Length, Range, Regexp

LARGEST_BODY = 1_048_576


@dataclass(frozen=True, slots=True)
class Settings:
    """`data_dir` holds the SQLite files and the admin token; `largest_body` is in bytes."""

    data_dir: Path
    database_url: str | None
    views_url: str | None
    admin_token: str | None
    largest_body: int
    workers: int
    threads: int


def from_environment() -> Settings:
    """Raises `environs.EnvValidationError` that names every variable that is wrong."""
    env = Env(eager=False)
    postgres = Regexp(r"postgres(ql)?://", error="It starts with postgresql://.")
    with env.prefixed("OKR_"):
        data_dir = env.path("DATA_DIR", Path("data"))
        database_url = env.str("DATABASE_URL", None, validate=postgres)
        views_url = env.str("VIEWS_URL", None, validate=postgres)
        admin_token = env.str("ADMIN_TOKEN", None, validate=Length(min=20, error="At least 20 characters."))
        largest_body = env.int("LARGEST_BODY", LARGEST_BODY, validate=Range(min=1024))
        workers = env.int("WORKERS", None, validate=Range(min=1, max=64))
        threads = env.int("THREADS", 16, validate=Range(min=1, max=64))
    env.seal()
    workers = workers or (2 if database_url else 1)
    return Settings(data_dir, database_url, views_url, admin_token, largest_body, workers, threads)
