"""Sealed fields and keyed hashes: a stolen database shows no name, number or date.

A sealed value is AES-256-GCM under a key that never enters the database. Its table, row and column are
bound to it as associated data, so a value moved to another row does not open. Blind indexes and blocking
keys are keyed hashes under a second secret, which stays when sealing keys rotate.
"""

import base64
import functools
import hashlib
import hmac
import os
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, NamedTuple

import numpy as np
import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django import forms
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from numpy.typing import NDArray

from familylink import damage
from familylink.damage import CannotOpen, Damaged, KeyIsAway

FORMAT = 1
NONCE_BYTES = 12
INDEX_KEY_ID = ""  # among fingerprints: no sealing key has this id
_FINGERPRINT = b"which key this is"


class Token(NamedTuple):
    """A sealed value as the database holds it."""

    sealed: bytes


class Keyring:
    """The sealing keys by their id: the first seals, all of them open.

    `text` is "k2:<base64 of 32 bytes>,k1:<...>". Raises ImproperlyConfigured where it is anything else.
    """

    def __init__(self, text: str) -> None:
        keys = [_read_key(entry) for entry in text.split(",")]
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys}
        if len(self._ciphers) < len(keys):
            raise ImproperlyConfigured("FAMILYLINK_KEYS: two keys have one id")
        self.fingerprints = {key_id: hmac.digest(key, _FINGERPRINT, "sha256") for key_id, key in keys}
        self.current = text.partition(":")[0].strip()

    @property
    def head(self) -> bytes:
        """How every value begins that is sealed now: format byte, length of key id, key id."""
        key_id = self.current.encode()
        return bytes([FORMAT, len(key_id)]) + key_id

    def seal(self, plain: bytes, context: bytes) -> bytes:
        """The head, nonce, ciphertext with tag."""
        nonce = os.urandom(NONCE_BYTES)
        return self.head + nonce + self._ciphers[self.current].encrypt(nonce, plain, context)

    def open_all(self, sealed: Iterable[bytes], contexts: Iterable[bytes]) -> list[bytes]:
        """As `open` of each: a wave opens hundreds of thousands."""
        head, decrypt = self.head, self._ciphers[self.current].decrypt
        start, behind = len(head), len(head) + NONCE_BYTES
        try:
            return [
                decrypt(one[start:behind], one[behind:], context)
                if one.startswith(head)
                else self.open(one, context)
                for one, context in zip(sealed, contexts, strict=True)
            ]
        except (InvalidTag, ValueError) as error:  # what is too short to have a nonce is damaged too
            raise Damaged("damaged, or sealed for another row") from error

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """The plain bytes. Raises KeyIsAway; Damaged, also for another row."""
        if len(sealed) < 2 or sealed[0] != FORMAT or len(sealed) < 2 + sealed[1] + NONCE_BYTES:
            raise Damaged("not a sealed value of a known format")
        start, key_id = 2 + sealed[1], key_id_of(sealed)
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise KeyIsAway(f"sealed under the key {key_id!r}, which is not in FAMILYLINK_KEYS")
        nonce = sealed[start : start + NONCE_BYTES]
        try:
            return cipher.decrypt(nonce, sealed[start + NONCE_BYTES :], context)
        except InvalidTag as error:
            raise Damaged("damaged, or sealed for another row") from error


def key_id_of(sealed: bytes) -> str:
    """The id of the key that this value says it is under."""
    return sealed[2 : 2 + sealed[1]].decode("ascii", "replace") if len(sealed) > 2 else ""


def _read_key(entry: str) -> tuple[str, bytes]:
    key_id, _, encoded = entry.strip().partition(":")
    try:
        key = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    except ValueError as error:
        raise ImproperlyConfigured("FAMILYLINK_KEYS: a key is not base64") from error
    if not key_id or len(key) != 32:
        raise ImproperlyConfigured("FAMILYLINK_KEYS: each entry is id:<base64 of 32 bytes>")
    return key_id, key


@functools.cache
def _keyring(text: str) -> Keyring:
    return Keyring(text)


@functools.cache
def _index_key(secret: str, purpose: str) -> bytes:
    """Each purpose has its own key: equal values in two columns do not show as equal."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"index:{purpose}".encode()).derive(
        secret.encode()
    )


def derived_key(purpose: str) -> bytes:
    """32 secret bytes of this purpose's own, which stay when sealing keys rotate."""
    return _index_key(settings.INDEX_KEY, purpose)


def blind_index(purpose: str, value: str) -> bytes:
    """32 bytes by which an exact value is found again; without the secret it says nothing."""
    return hmac.digest(_index_key(settings.INDEX_KEY, purpose), value.encode(), "sha256")


def blocking_keys(words: NDArray[np.uint64], rests: NDArray[np.uint64]) -> NDArray[np.int32]:
    """32-bit keyed hashes of the engine's keys, each of two numbers. The first four bits are those of the second
    number: they tell the kind of the key and nothing of a name, so that keys asked for together lie together.

    Each key is one block of the cipher, so equal keys and no others have equal hashes but for chance: among a million
    records one in some hundred keys asked for meets a stranger, who is then compared like anybody.
    """
    blocks = np.stack([words, rests], axis=1).astype("<u8", copy=False).tobytes()
    hashed = _blocking_cipher(settings.INDEX_KEY).encryptor().update(blocks)
    kinds = (rests >> np.uint64(60 - 28)).astype(np.uint32) & np.uint32(0xF << 28)
    return (np.frombuffer(hashed, "<u4")[::4] & np.uint32(0x0FFFFFFF) | kinds).view(np.int32)


@functools.cache
def _blocking_cipher(secret: str) -> Cipher[modes.ECB]:
    # ECB shows which blocks are equal: that is what a keyed hash is for, and nothing here is ever deciphered.
    return Cipher(algorithms.AES(_index_key(secret, "blocking keys")), modes.ECB())  # noqa: S305


def counting_key(form: str) -> int:
    """A 64-bit keyed hash under which a form of a name is counted: none of them equals a blocking key."""
    secret = _index_key(settings.INDEX_KEY, "counting")
    return int.from_bytes(
        hashlib.blake2b(form.encode(), key=secret, digest_size=8).digest(), "big", signed=True
    )


class _OpenedOnReading(DeferredAttribute):
    """Opens a sealed value the first time somebody reads it, and not when a row is merely loaded."""

    field: "SealedField"

    def __get__(self, instance: models.Model | None, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if isinstance(value, Token) and instance is not None:
            try:
                value = self.field.opened(value, instance)
            except CannotOpen as error:  # the token stays as it is: nothing writes the words back
                return self.field.in_its_place(instance, error)
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        # With a setter Python asks this descriptor first, also where the row's dictionary has the name.
        instance.__dict__[self.field.attname] = value


class SealedField(models.Field):  # type: ignore[type-arg]
    """A column that only an instance with its primary key can read or write.

    The model's key must be made by the client (a UUID), because it is part of what seals the value.
    Filtering, ordering or updating by plain text is refused: the database never sees it.
    """

    descriptor_class = _OpenedOnReading
    empty_value: ClassVar[Any]
    encode: Callable[[Any], bytes]
    decode: Callable[[bytes], Any]

    def get_internal_type(self) -> str:
        return "BinaryField"

    def pre_save(self, model_instance: models.Model, add: bool) -> Token | None:
        """A value nobody has opened goes back as it came; any other is sealed for this row."""
        value = model_instance.__dict__.get(self.attname)
        if value is None and self.null:
            return None
        if isinstance(value, Token):
            return value
        value = self.empty_value if value is None else value
        return Token(self.sealed(value, model_instance.pk))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> bytes | None:
        """Only what pre_save sealed may pass: update() or filter() with plain text is a mistake."""
        if value is None or isinstance(value, Token):
            return value.sealed if value else None
        raise TypeError(f"{self.name} is sealed: set it on an instance and save that")

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Token | None:
        return None if value is None else Token(bytes(value))

    def value_from_object(self, obj: models.Model) -> Any:
        """What a form begins with: never the words that stand for a damaged value. Raises CannotOpen."""
        with damage.said_in_its_place(False):
            return super().value_from_object(obj)

    def in_its_place(self, instance: models.Model, error: CannotOpen) -> Any:
        """What whoever reads a value that does not open gets instead of it. Raises the error."""
        raise error

    def opened(self, token: Token, instance: models.Model) -> Any:
        """The plain value of this row's token. Raises CannotOpen."""
        return self.decode(current_keyring().open(token.sealed, self._context(instance.pk)))

    def open_all(self, keys: Iterable[Any], sealed: Iterable[bytes]) -> list[Any]:
        """The plain values of the rows with these primary keys. Raises CannotOpen."""
        before, behind = f"{self.model._meta.db_table}|", f"|{self.column}"
        contexts = [f"{before}{key}{behind}".encode() for key in keys]
        return list(map(self.decode, current_keyring().open_all(sealed, contexts)))

    def sealed(self, value: Any, pk: Any) -> bytes:
        """The value sealed for the row with this key, for those who write many rows without an instance of each."""
        return current_keyring().seal(self.encode(value), self._context(pk))

    def resealed(self, sealed: bytes, pk: Any) -> bytes:
        """The value of the row with this key, the same under the present sealing key. Raises CannotOpen."""
        ring, context = current_keyring(), self._context(pk)
        return ring.seal(ring.open(sealed, context), context)

    def _context(self, pk: Any) -> bytes:
        return f"{self.model._meta.db_table}|{pk}|{self.column}".encode()


def current_keyring() -> Keyring:
    """The keys as the settings have them now."""
    return _keyring(settings.SEALING_KEYS)


def fingerprints() -> dict[str, bytes]:
    """By the id of each key that the settings have now: a keyed hash that tells it from any other key."""
    return {**current_keyring().fingerprints, INDEX_KEY_ID: blind_index("which key this is", "")}


def is_only_resealed(column: str) -> str:
    """SQL for a trigger on UPDATE: the sealed value changed its key, and its content cannot have changed its length.

    That the content is the same the database cannot see, since it has no key; this is what it can see.
    """
    head = "substring({0}.{1} FOR 2 + get_byte({0}.{1}, 1))"
    rest = "octet_length({0}.{1}) - get_byte({0}.{1}, 1)"
    new_key = f"{head.format('NEW', column)} <> {head.format('OLD', column)}"
    same_length = f"{rest.format('NEW', column)} = {rest.format('OLD', column)}"
    return f"({new_key} AND {same_length})"


class SealedTextField(SealedField):
    """Text that the database cannot read. "" stays ""."""

    empty_value = ""
    encode = staticmethod(str.encode)
    decode = staticmethod(bytes.decode)
    _pyi_private_set_type: str
    _pyi_private_get_type: str

    def in_its_place(self, instance: models.Model, error: CannotOpen) -> str:
        """On a page of the desk a few words; elsewhere nothing stands for a text. Raises the error."""
        return damage.in_its_place(instance, self.name, error)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"widget": forms.Textarea(attrs={"rows": 2}), **kwargs})


class SealedJSONField(SealedField):
    """A JSON value that the database cannot read."""

    empty_value = None
    encode = staticmethod(orjson.dumps)
    decode = staticmethod(orjson.loads)
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any


class SealedBytesField(SealedField):
    """Bytes that the database cannot read: an engine profile, a received file."""

    empty_value = b""
    encode = decode = staticmethod(bytes)
    _pyi_private_set_type: bytes
    _pyi_private_get_type: bytes
