"""Paperwork: what should be there."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from overlanded.model.citing import Citation
from overlanded.model.identifiers import Identifier


class RecordStatus(StrEnum):
    """What the paper says became of the line."""

    ORDERED = "ordered"
    OPTIONAL = "optional"
    DECLINED = "declined"
    CHANGED = "changed"
    REMOVED = "removed"


class PaperKind(StrEnum):
    """What a paper is; ``data/papers.toml`` says how each is told and what its lines show."""

    CONTRACT = "contract"
    SPECIFICATION = "specification"
    OPTION_LIST = "option-list"
    CHANGE_ORDER = "change-order"
    WORK_ORDER = "work-order"
    SERVICE_REPORT = "service-report"
    DRAWING_LIST = "drawing-list"
    APPROVED_LIST = "approved-list"
    DELIVERY_LIST = "delivery-list"
    CUSTOMS_LIST = "customs-list"
    INVENTORY = "inventory"
    NETWORK_PLAN = "network-plan"
    SPARE_LIST = "spare-list"
    HBOM = "hbom"
    TYPE_DESCRIPTION = "type-description"
    EQUIPMENT_LIST = "equipment-list"
    UNSTATED = "unstated"

    @property
    def words(self) -> str:
        """As a reader is told; empty when the paper does not say what it is."""
        shown = {"hbom": "HBOM", "unstated": ""}
        return shown.get(self.value, self.value.replace("-", " "))


class Record(Struct, frozen=True):
    """One line of paperwork. Empty text means the paper does not say."""

    id: str
    status: RecordStatus
    description: str
    """As written, in its own language."""
    quantity: int
    citation: Citation
    line: str = ""
    """The paper's own line or option number, e.g. ``14.3``."""
    device_class: str = ""
    """From the closed list of device classes; empty when the words do not say."""
    maker: str = ""
    model: str = ""
    place: str = ""
    unit: str = ""
    purpose: str = ""
    holder: str = ""
    identifiers: tuple[Identifier, ...] = ()
    supersedes: tuple[str, ...] = ()
    """Ids of earlier records that this line changes or removes (change orders)."""
    adds: bool = False
    """True when a change order adds this to what other papers list."""
    dated: str = ""
    """Day (or month) of a paper whose date bounds something (a change order, a work order),
    ISO 8601; empty when its titles give none."""
    paper: PaperKind = PaperKind.UNSTATED
