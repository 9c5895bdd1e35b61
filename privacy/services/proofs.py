"""The proof that something was erased, which says nothing about whom; and erasing again what a backup brought back."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from hashlib import sha256

from django.apps import apps
from django.db import models, transaction

from privacy.models import ErasedKey, ErasureProof
from privacy.registry import registered
from privacy.services.erasing import Erased, erase_all, erase_part, hash_of, numbers_of
from privacy.services.log import Action, Ground, record_access

AGAIN = "opnieuw gewist, na het terugzetten van een back-up"
_SAID = ("number", "why", "parts", "asked_on", "decided_by_id", "erased_at", "counts")


def make_proof(
    erased: Erased,
    why: str,
    *,
    by: models.Model | None = None,
    asked_on: date | None = None,
    parts: Iterable[str] = (),
) -> ErasureProof:
    """Keep that something was erased: who decided, why, and how many rows of what."""
    proof = ErasureProof(why=why, decided_by=by, asked_on=asked_on, parts=[*parts], counts=erased.counts)
    proof.digest = digest_of(proof, erased.keys)
    proof.full_clean()
    proof.save(force_insert=True)
    ErasedKey.objects.bulk_create(ErasedKey(proof=proof, hash=key) for key in erased.keys)
    return proof


def digest_of(proof: ErasureProof, keys: Iterable[str]) -> str:
    """The SHA-256 of all that a proof says; the same proof always gives the same 64 characters."""
    said = {name: getattr(proof, name) for name in _SAID} | {"keys": sorted(keys)}
    return sha256(json.dumps(said, sort_keys=True, default=_plain).encode()).hexdigest()


def is_unchanged(proof: ErasureProof) -> bool:
    """Whether a proof still says what it said when it was made."""
    return proof.digest == digest_of(proof, proof.keys.values_list("hash", flat=True))


def counts_in_words(proof: ErasureProof) -> list[tuple[str, int]]:
    """What was erased in plain words, and how many rows; lines of history together, at the end."""
    rows, history = {}, 0
    for label, count in proof.counts.items():
        model = apps.get_model(label) if _is_known(label) else None
        if model is not None and hasattr(model, "history_object"):
            history += count
        else:
            name = str(model._meta.verbose_name_plural) if model else label
            rows[name] = rows.get(name, 0) + count
    return [*sorted(rows.items()), *([("regels geschiedenis van al deze gegevens", history)] if history else [])]


def is_erased_key(key: str) -> bool:
    """Whether this key stood in the address of somebody of whom everything was erased."""
    return ErasedKey.objects.filter(hash=hash_of(key), proof__parts=[]).exists()


def proofs_as_lines() -> Iterable[str]:
    """All proofs, each a line of JSON, to be kept outside the database: a backup has only older ones."""
    for proof in ErasureProof.objects.order_by("pk").prefetch_related("keys"):
        said = {name: getattr(proof, name) for name in (*_SAID, "digest")}
        yield json.dumps(said | {"keys": [key.hash for key in proof.keys.all()]}, sort_keys=True, default=_plain)


def reapply(lines: Iterable[str] = ()) -> int:
    """Erase again whoever a backup brought back; how many acts of erasing were done again.

    By the proofs that the database has itself, and by `lines` (`proofs_as_lines`) that it may have lost. Raises
    `ValueError` for a line that was changed; then nothing is done.
    """
    lost = [proof for line in lines if line.strip() and (proof := _read(line))]
    own = ErasureProof.objects.filter(parts=[]).order_by("pk").prefetch_related("keys")
    known = [(proof, [key.hash for key in proof.keys.all()], True) for proof in own]
    numbers = {proof.number for proof, _, _ in known} | set(ErasureProof.objects.values_list("number", flat=True))
    todo = known + [(proof, keys, False) for proof, keys in lost if proof.number not in numbers]
    return sum(_again(proof, keys, is_known) for proof, keys, is_known in todo)


@transaction.atomic
def _again(proof: ErasureProof, keys: list[str], is_known: bool) -> int:
    if not is_known:
        if proof.decided_by_id and not ErasureProof.decided_by.field.related_model.objects.filter(
            pk=proof.decided_by_id
        ):
            proof.decided_by_id = None
        proof.save(force_insert=True)
        ErasedKey.objects.bulk_create(ErasedKey(proof=proof, hash=key) for key in keys)
    done = 0
    for people in registered("PEOPLE"):
        found = sorted({number for number, key in people.all_keys() if hash_of(key) in keys})
        for number in found:
            person = people.lock(number)
            numbers = list(numbers_of(person))
            if proof.is_whole:
                erase_all(person)
            else:
                erase_part(person, proof.parts)
            record_access(None, Action.ERASE, people.model, numbers, AGAIN, address=None, ground=Ground.LEGAL)
            done = 1
    return done


def _read(line: str) -> tuple[ErasureProof, list[str]]:
    facts = json.loads(line)
    keys = facts.pop("keys")
    facts["erased_at"] = datetime.fromisoformat(facts["erased_at"])
    facts["asked_on"] = facts["asked_on"] and date.fromisoformat(facts["asked_on"])
    proof = ErasureProof(**facts)
    if digest_of(proof, keys) != proof.digest:
        raise ValueError(f"Het bewijs {proof.number} is veranderd.")
    return proof, keys


def _plain(value: date | datetime) -> str:
    return value.isoformat()


def _is_known(label: str) -> bool:
    app, _, name = label.partition(".")
    return app in apps.app_configs and name.lower() in apps.all_models[app]
