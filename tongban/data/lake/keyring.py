"""Data keys as rows, wrapped by the vault's master key."""

import secrets

from django.conf import settings

from tongban import clock
from tongban.data.lake.models import DataKey
from tongban.engines.tables import DataKey as EngineKey
from tongban.engines.tables import KeyDestroyed

KEY_BYTES = 32
PURPOSE = "lake data key"


class RowKeyring:
    """Keys are committed before a file is written with them, so that no file outlives its key."""

    def create(self, table: str, run: str) -> EngineKey:
        secret = secrets.token_bytes(KEY_BYTES)
        key = DataKey.objects.create(
            key_id=secrets.token_hex(12),
            table=table,
            run=run,
            wrapped=settings.VAULT.seal(secret, PURPOSE),
            created_at=clock.now(),
        )
        return EngineKey(id=key.key_id, secret=secret)

    def secret(self, id: str) -> bytes:
        """Raises KeyDestroyed when the files were deleted under law."""
        wrapped = DataKey.objects.filter(key_id=id).values_list("wrapped", flat=True).first()
        if wrapped is None:
            raise KeyDestroyed(key=id)
        return settings.VAULT.open(bytes(wrapped), PURPOSE)

    def destroy(self, ids: frozenset[str], reason: str) -> None:
        DataKey.objects.filter(key_id__in=ids, destroyed_at=None).update(
            wrapped=None, destroyed_at=clock.now(), reason=reason
        )
