"""Posted orders that ask for something by hand; one that a person has dealt with asks again only if it changes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from connector.domain.progress import OrderState
from connector.records.database import Tx
from connector.records.schema import orders

OPEN = (
    orders.c.state == OrderState.POSTED.value,
    orders.c.fault_code != "",
    orders.c.notice_done != orders.c.reason,
)
"""Which orders ask."""

_NOTICES = select(orders.c.number, orders.c.fault_code, orders.c.reason, orders.c.modified_at).where(*OPEN)


@dataclass(frozen=True, slots=True)
class Notice:
    """What one posted order asks for."""

    order: int
    fault_code: str
    reason: str
    modified_at: datetime | None

    @property
    def mark(self) -> str:
        """Tell this notice of an order from its next one."""
        return mark(self.reason)


def mark(reason: str) -> str:
    """Digest what a notice says."""
    return hashlib.sha256(reason.encode()).hexdigest()[:16]


def listed(tx: Tx, connection_id: int, limit: int) -> list[Notice]:
    """List what is open, the newest orders first."""
    query = _NOTICES.where(orders.c.connection_id == connection_id)
    return [Notice(*row) for row in tx.execute(query.order_by(orders.c.number.desc()).limit(limit))]


def taken(tx: Tx, order_id: int) -> Notice | None:
    """Read an order's open notice, and let nobody change it until it is closed."""
    row = tx.execute(_NOTICES.where(orders.c.id == order_id).with_for_update(key_share=True)).one_or_none()
    return Notice(*row) if row else None


def is_done(tx: Tx, order_id: int) -> bool:
    """Tell whether a person has dealt with what an order asks for now."""
    done = (orders.c.fault_code != "") & (func.strpos(orders.c.notice_done, orders.c.reason) > 0)
    return tx.execute(select(done).where(orders.c.id == order_id)).scalar_one()


def close(tx: Tx, order_id: int) -> None:
    """Remember that a person has dealt with it."""
    tx.execute(update(orders).where(orders.c.id == order_id).values(notice_done=orders.c.reason))
