"""A file that is sealed while it is written, in pieces: nobody without the key reads it, or changes it unnoticed.

Each file has a key of its own, made from one of `BACKUP_KEYS` and a salt. Each piece is sealed with AES-GCM under its
number and whether it is the last: a piece that was changed, moved, left out or cut off does not open (the STREAM
construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015). Nothing of a piece is given before all of it was checked.
"""

import os
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pluspunt.keys import keys_of
from privacy.services.backups.refusal import BackupError

_MAGIC = b"pluspunt backup 1\n"
_SALT_BYTES = 32
_TAG_BYTES = 16
PIECE = 1024 * 1024


class SealedWriter:
    """Takes bytes of any length; until `finish` was called there is no last piece, and the file does not open."""

    def __init__(self, file: BinaryIO):
        key_id, key = _sealing_key()
        name, salt = key_id.encode(), os.urandom(_SALT_BYTES)
        self.file, self.number, self.waiting = file, 0, bytearray()
        self.header = _MAGIC + bytes([len(name)]) + name + salt
        self.cipher = _cipher(key, salt)
        file.write(self.header)

    def write(self, content: bytes) -> None:
        self.waiting += content
        # One piece always waits: it may be the last.
        while len(self.waiting) > PIECE:
            self._seal(bytes(self.waiting[:PIECE]), is_last=False)
            del self.waiting[:PIECE]

    def finish(self) -> None:
        self._seal(bytes(self.waiting), is_last=True)

    def _seal(self, piece: bytes, *, is_last: bool) -> None:
        self.file.write(self.cipher.encrypt(_nonce(self.number, is_last), piece, self.header))
        self.number += 1


def read_sealed(file: BinaryIO) -> Iterator[bytes]:
    """The pieces that were sealed into `file`, each after it was checked; raises `BackupError` at the first that is
    not what was written. Only at the end is it certain that nothing was cut off."""
    header, cipher = _read_header(file)
    number, sealed = 0, file.read(PIECE + _TAG_BYTES)
    while True:
        following = file.read(PIECE + _TAG_BYTES)
        try:
            yield cipher.decrypt(_nonce(number, not following), sealed, header)
        except InvalidTag as error:
            raise BackupError("De reservekopie is beschadigd, afgebroken of veranderd. Gebruik een andere.") from error
        if not following:
            return
        number, sealed = number + 1, following


def _sealing_key() -> tuple[str, bytes]:
    keys = keys_of("BACKUP_KEYS")
    if not keys:
        raise BackupError("BACKUP_KEYS ontbreekt: zonder sleutel maken we geen reservekopie.")
    key_id, key = next(iter(keys.items()))
    if key in {*keys_of("FIELD_KEYS").values(), *keys_of("LOG_KEYS").values()}:
        raise BackupError("De sleutel in BACKUP_KEYS wordt ook ergens anders voor gebruikt. Maak een eigen sleutel.")
    return key_id, key


def _read_header(file: BinaryIO) -> tuple[bytes, AESGCM]:
    magic, length = file.read(len(_MAGIC)), file.read(1)
    if magic != _MAGIC or not length:
        raise BackupError("Dit bestand is geen reservekopie van Pluspunt.")
    name, salt = file.read(length[0]), file.read(_SALT_BYTES)
    key_id = name.decode(errors="replace")
    key = keys_of("BACKUP_KEYS").get(key_id)
    if key is None or len(salt) != _SALT_BYTES:
        raise BackupError(f"De sleutel van deze reservekopie heet {key_id!r} en staat niet in BACKUP_KEYS.")
    return magic + length + name + salt, _cipher(key, salt)


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), length=32, salt=salt, info=_MAGIC).derive(key))


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])
