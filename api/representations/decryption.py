"""Encrypted words and person ids in nested values, replaced by what the API answers."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar
from uuid import UUID

from okr_events.json_types import Json, JsonObject
from okr_events.register.encryption_keys import EncryptionKeys
from okr_events.register.people import People
from okr_events.register.register import Register

T = TypeVar("T")
ROLES = ("author", "actor")
CONTAINERS = (dict, list)


def decrypt_and_name(register: Register, value: T) -> T:
    """The value with decrypted words, and `author_name` and `actor_name` beside every `author` and `actor`; null for unknown
    people.
    """
    objects = list(_nested_objects(value))
    texts = register.keys.decrypt(_ciphertexts(objects))
    people = {part[role] for part in objects for role in ROLES if role in part}
    replaced: T = _replace(value, texts, fetch_person_names(register.people, people))
    return replaced


def decrypt(keys: EncryptionKeys, value: T) -> T:
    """The value with its encrypted words decrypted, or the erasure mark where the author's key was destroyed."""
    texts = keys.decrypt(_ciphertexts(_nested_objects(value)))
    decrypted: T = _replace(value, texts, None) if texts else value
    return decrypted


def with_person_names(people: People, value: T) -> T:
    """The value with the names of authors and actors."""
    ids = {part[role] for part in _nested_objects(value) for role in ROLES if role in part}
    named: T = _replace(value, {}, fetch_person_names(people, ids))
    return named


def _nested_objects(value: Json) -> Iterator[JsonObject]:
    remaining = [value] if isinstance(value, CONTAINERS) else []
    while remaining:
        part = remaining.pop()
        if isinstance(part, dict):
            yield part
        inner = part.values() if isinstance(part, dict) else part
        remaining += [value for value in inner if isinstance(value, CONTAINERS)]


def _ciphertexts(objects: Iterable[JsonObject]) -> Iterator[str]:
    return (part["sealed"] for part in objects if len(part) == 1 and "sealed" in part)


def _replace(value: Json, texts: Mapping[str, str], names: Mapping[str, str] | None) -> Json:
    """The value with the texts of its ciphertexts, and names beside people where there are any."""
    if isinstance(value, list):
        return [_replace(part, texts, names) if isinstance(part, CONTAINERS) else part for part in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1 and (text := texts.get(value.get("sealed", ""))) is not None:
        return text
    parts = {name: _replace(part, texts, names) if isinstance(part, CONTAINERS) else part for name, part in value.items()}
    if names is None:
        return parts
    return parts | {f"{role}_name": names.get(parts[role]) for role in ROLES if role in parts}


def fetch_person_names(people: People, ids: Iterable[str | UUID]) -> dict[str, str]:
    return {str(id): name for id, name in people.names_by_id({UUID(str(id)) for id in ids}).items()}
