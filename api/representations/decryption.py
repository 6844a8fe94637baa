"""Encrypted words and person ids in nested values, replaced by what the API answers."""

from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID

from okr_events.json_types import Json
from okr_events.register.encryption_keys import EncryptionKeys
from okr_events.register.people import People
from okr_events.register.register import Register

T = TypeVar("T")


def decrypt_and_name(register: Register, value: T) -> T:
    """The value with decrypted words and the names of authors and actors."""
    return with_person_names(register.people, decrypt(register.keys, value))


def decrypt(keys: EncryptionKeys, value: T) -> T:
    """The value with its encrypted words decrypted, or the erasure mark where the author's key was destroyed."""
    texts = keys.decrypt(_find_ciphertexts(value))
    decrypted: T = _replace_ciphertexts(value, texts) if texts else value
    return decrypted


def _find_ciphertexts(value: Json) -> Iterable[str]:
    remaining = [value]
    while remaining:
        part = remaining.pop()
        if isinstance(part, list):
            remaining += part
        elif isinstance(part, dict):
            if part.keys() == {"sealed"}:
                yield part["sealed"]
            else:
                remaining += part.values()


def _replace_ciphertexts(value: Json, texts: dict[str, str]) -> Json:
    if isinstance(value, list):
        return [_replace_ciphertexts(part, texts) if isinstance(part, dict | list) else part for part in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"sealed"}:
        return texts[value["sealed"]]
    return {name: _replace_ciphertexts(part, texts) if isinstance(part, dict | list) else part for name, part in value.items()}


def with_person_names(people: People, value: T) -> T:
    """The value with `author_name` and `actor_name` beside every `author` and `actor`; null for unknown people."""
    named: T = _add_person_names(value, fetch_person_names(people, _person_ids(value)))
    return named


def fetch_person_names(people: People, ids: Iterable[str | UUID]) -> dict[str, str]:
    return {str(id): name for id, name in people.names_by_id({UUID(str(id)) for id in ids}).items()}


def _person_ids(value: Json) -> set[str]:
    if isinstance(value, list):
        return set().union(*(_person_ids(part) for part in value))
    if not isinstance(value, dict):
        return set()
    inner = set().union(*(_person_ids(part) for part in value.values()))
    return inner | {value[role] for role in ("author", "actor") if role in value}


def _add_person_names(value: Json, names: dict[str, str]) -> Json:
    if isinstance(value, list):
        return [_add_person_names(part, names) for part in value]
    if not isinstance(value, dict):
        return value
    parts = {name: _add_person_names(part, names) for name, part in value.items()}
    return parts | {f"{role}_name": names.get(parts[role]) for role in ("author", "actor") if role in parts}
