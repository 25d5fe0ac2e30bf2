"""``$metadata`` of a service, in JSON as LN gives it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.sandbox.infor.ln.model import ACTIONS, ENUMS, SALES, SETS, Action, Entities
from connector.sandbox.infor.ln.options import Options

COMPUTED = "@Org.OData.Core.V1.Computed"


def of(service: str, options: Options) -> dict[str, Any]:
    """Describe a service."""
    sets = SETS[service]
    words: dict[str, Any] = {name: _enum(members) for name, members in ENUMS.items()}
    words |= {each.type: _type(service, each) for each in sets.values()}
    container: dict[str, Any] = {"$Kind": "EntityContainer"}
    container |= {
        name: {
            "$Kind": "EntitySet",
            "$Type": f"{service}.{each.type}",
            "@Org.OData.Core.V1.OptimisticConcurrency": True,
        }
        for name, each in sets.items()
    }
    if service == SALES:
        words |= {name: [_action(service, taken(name, options), sets)] for name in ACTIONS}
        container |= {
            name: {"$Kind": "ActionImport", "$Action": f"{service}.{name}"}
            for name, action in ACTIONS.items()
            if not action.bound
        }
    return {"$Version": "4.01", service: words | {"Resources": container}}


def taken(name: str, options: Options) -> Action:
    """Give an action as this LN has it."""
    action = ACTIONS[name]
    if name != "CreateOrder" or options.keeps_reference:
        return action
    return Action(
        {each: kind for each, kind in action.parameters.items() if each != "CustomerOrder"}, action.required
    )


def _enum(members: tuple[str, ...]) -> dict[str, Any]:
    return {"$Kind": "EnumType", "$UnderlyingType": "Edm.Byte"} | {
        name: str(place) for place, name in enumerate(members, 1)
    }


def _type(service: str, entities: Entities) -> dict[str, Any]:
    return {"$Kind": "EntityType", "$Key": list(entities.key)} | {
        name: {"$Type": _qualified(service, kind)} | ({COMPUTED: True} if name in entities.computed else {})
        for name, kind in entities.fields.items()
    }


def _action(service: str, action: Action, sets: Mapping[str, Entities]) -> dict[str, Any]:
    parameters = [
        {"$Name": name, "$Type": _qualified(service, kind)}
        | ({"$Nullable": False} if name in action.required else {})
        for name, kind in action.parameters.items()
    ]
    if action.bound:
        parameters.insert(0, {"$Name": "Order", "$Type": f"{service}.{sets[action.bound].type}", "$Nullable": False})
    return {"$Kind": "Action", "$IsBound": bool(action.bound), "$Parameter": parameters}


def _qualified(service: str, kind: str) -> str:
    return f"{service}.{kind[1:]}" if kind.startswith("=") else kind
