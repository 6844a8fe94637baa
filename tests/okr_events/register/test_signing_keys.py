"""The name of the log, its active signing key and its retired ones."""

from base64 import b64encode
from itertools import pairwise

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from sqlalchemy import select

from okr_events.event_log.checkpoint_notes import SigningKey
from okr_events.event_log.signing_seed import InvalidSeed, parse_seed
from okr_events.register import signing_keys, tables
from okr_events.register.signing_keys import KeyFromEnvironment, LogRenamed, SigningKeyMissing, SigningKeyRetired

NAME = "okr.example/log"
SEED, OTHER = bytes(range(32)), bytes(32)


@pytest.fixture
def run_in_transaction(store):
    """Run a function in a write transaction of the register."""

    def ask(question, *arguments):
        with store.register.write_transaction() as connection:
            return question(connection, *arguments)

    return ask


@pytest.fixture
def seeds(store):
    """Return the private keys in the register, the oldest first."""

    def held():
        with store.register.engine.connect() as connection:
            keys = tables.signing_keys.c
            return [bytes(seed) if seed else None for seed in connection.scalars(select(keys.seed).order_by(keys.number))]

    return held


def test_a_log_without_a_name_gets_one_for_ever(store, run_in_transaction):
    name = run_in_transaction(signing_keys.log_name, None)
    assert name.startswith("okr-events/")
    assert len(name) == len("okr-events/") + 12
    again = store.reopen()
    with again.register.write_transaction() as connection:
        assert signing_keys.log_name(connection, None) == signing_keys.log_name(connection, name) == name
    again.close()


def test_a_log_keeps_the_name_that_it_was_given(run_in_transaction):
    assert run_in_transaction(signing_keys.log_name, NAME) == run_in_transaction(signing_keys.log_name, None) == NAME
    with pytest.raises(LogRenamed, match=f"The name is {NAME}"):
        run_in_transaction(signing_keys.log_name, "okr.example/other")


def test_the_first_key_is_made_and_stays(run_in_transaction, seeds):
    [key] = run_in_transaction(signing_keys.load_signers, NAME, None)
    assert run_in_transaction(signing_keys.load_signers, NAME, None) == [key]
    assert seeds() == [key.seed]
    [known] = run_in_transaction(signing_keys.list_known_keys)
    assert (known.verifier, known.retired_at) == (key.verifier, None)


def test_a_key_of_the_environment_signs_and_only_its_public_part_is_kept(run_in_transaction, seeds):
    assert run_in_transaction(signing_keys.load_signers, NAME, SEED) == [SigningKey(NAME, SEED)]
    assert seeds() == [None]
    assert [known.verifier for known in run_in_transaction(signing_keys.list_known_keys)] == [SigningKey(NAME, SEED).verifier]


def test_after_a_rotation_the_old_key_signs_once_more(run_in_transaction, seeds):
    [old] = run_in_transaction(signing_keys.load_signers, NAME, None)
    run_in_transaction(signing_keys.rotate, NAME, None)
    new, retired = run_in_transaction(signing_keys.load_signers, NAME, None)
    assert retired == old != new
    run_in_transaction(signing_keys.delete_retired_seeds)
    assert run_in_transaction(signing_keys.load_signers, NAME, None) == [new]
    assert seeds() == [None, new.seed]


def test_every_public_key_is_kept_with_its_times(run_in_transaction):
    for _ in range(3):
        run_in_transaction(signing_keys.rotate, NAME, None)
    known = run_in_transaction(signing_keys.list_known_keys)
    assert [key.retired_at is None for key in known] == [True, False, False]
    assert len({key.verifier for key in known}) == 3
    for newer, older in pairwise(known):
        assert older.created_at <= older.retired_at == newer.created_at


def test_a_key_of_the_environment_takes_over_from_the_registers(run_in_transaction):
    [own] = run_in_transaction(signing_keys.load_signers, NAME, None)
    assert run_in_transaction(signing_keys.load_signers, NAME, SEED) == [SigningKey(NAME, SEED), own]


def test_a_key_of_the_environment_that_the_register_had_made_is_the_same_key(run_in_transaction):
    [own] = run_in_transaction(signing_keys.load_signers, NAME, None)
    assert run_in_transaction(signing_keys.load_signers, NAME, own.seed) == [own]
    assert len(run_in_transaction(signing_keys.list_known_keys)) == 1


def test_another_key_of_the_environment_retires_the_one_before_for_good(run_in_transaction):
    run_in_transaction(signing_keys.load_signers, NAME, SEED)
    assert run_in_transaction(signing_keys.load_signers, NAME, OTHER) == [SigningKey(NAME, OTHER)]
    assert [key.retired_at is None for key in run_in_transaction(signing_keys.list_known_keys)] == [True, False]
    with pytest.raises(SigningKeyRetired):
        run_in_transaction(signing_keys.load_signers, NAME, SEED)
    assert len(run_in_transaction(signing_keys.list_known_keys)) == 2


def test_a_key_of_the_environment_that_is_not_set_any_more_is_missed_until_it_is_retired(run_in_transaction):
    run_in_transaction(signing_keys.load_signers, NAME, SEED)
    with pytest.raises(SigningKeyMissing):
        run_in_transaction(signing_keys.load_signers, NAME, None)
    run_in_transaction(signing_keys.rotate, NAME, None)
    assert [key.name for key in run_in_transaction(signing_keys.load_signers, NAME, None)] == [NAME]


def test_a_key_of_the_environment_is_not_rotated_here(run_in_transaction):
    with pytest.raises(KeyFromEnvironment):
        run_in_transaction(signing_keys.rotate, NAME, SEED)
    assert run_in_transaction(signing_keys.list_known_keys) == []


def test_a_seed_is_read_from_base64():
    assert parse_seed(b64encode(SEED).decode()) == SEED


def test_a_seed_is_read_from_a_file(tmp_path):
    path = tmp_path / "key.pem"
    path.write_bytes(_pem(Ed25519PrivateKey.from_private_bytes(SEED)))
    assert parse_seed(str(path)) == SEED


def test_what_holds_no_such_key_is_no_seed(tmp_path):
    path = tmp_path / "key.pem"
    for content in (b"", b"nonsense", _pem(generate_private_key(SECP256R1())), _pem(Ed25519PrivateKey.generate(), b"secret")):
        path.write_bytes(content)
        with pytest.raises(InvalidSeed):
            parse_seed(str(path))
    for text in ("", "x", "AAAA", str(tmp_path), str(tmp_path / "none"), b64encode(bytes(33)).decode(), "\0"):
        with pytest.raises(InvalidSeed):
            parse_seed(text)


def _pem(key, password=None):
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
