"""Writes a folder of seeds with every claim of every product type, made from the few files in ``seeds_all/``.

python -m sandbox.seed_matrix DIR
"""

import json
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

DATA = Path(__file__).parent / "seeds_all"
PARTS = Path(__file__).parent / "seeds" / "bucket"
"""The shipped bucket, whose policies and letterhead are used here too."""

_PRODUCTS = ("physical_product", "digital_product_or_service", "offline_service", "booking_reservation", "event_ticket")
_DISPUTED = "@-6d 08:30"
_REFUND = {"created": "created_at"}
"""Members of a refund that have another name in the facts."""
_MONEY = frozenset({"order.total", "checkout.price_shown", "subscription.price", "refund.amount"})
_PASSED = {"address_line1_check": "pass", "address_postal_code_check": "pass", "cvc_check": "pass"}

Facts = Mapping[str, Any]


class Cell(NamedTuple):
    """One claim of one product type.

    :param key: ends every id
    :param facts: the merchant's document
    :param stripe: objects by collection and id
    :param documents: Typst sources by the document's name, a dash and more after it where there are several
    """

    claim: str
    product_type: str
    key: str
    facts: dict[str, Any]
    stripe: dict[str, dict[str, dict[str, Any]]]
    documents: dict[str, str]


def cells() -> Iterator[Cell]:
    """Every cell, with its times still relative."""
    purchases, claims, documents = (_yaml(name) for name in ("purchases", "claims", "documents"))
    for claim, story in claims.items():
        for product_type in _PRODUCTS if "only" not in story else (story["only"],):
            layers = (purchases["every"], purchases["products"][product_type], story.get("facts", {}))
            facts: dict[str, Any] = {}
            for layer in (*layers, story.get("products", {}).get(product_type, {})):
                facts |= layer
            key = "".join(word.capitalize() for word in f"{claim}_{product_type.split('_')[0]}".split("_"))
            if "other" in story:
                facts["other_charge.id"] = f"ch_1{key}Other"
            facts = {name: value for name, value in facts.items() if value is not None}
            refund = story.get("refunds", {}).get(product_type)
            shown = facts | ({f"refund.{_REFUND.get(name, name)}": value for name, value in (refund or {}).items()})
            yield Cell(
                claim,
                product_type,
                key,
                _document(key, product_type, facts, purchases["records"]),
                _stripe(claim, story, key, facts, refund),
                {name: _typst(how, shown) for name, how in documents.items() if set(how["needs"]) <= shown.keys()},
            )


def write(folder: Path, chosen: Iterable[Cell] | None = None) -> None:
    """Write cells as a folder of seeds.

    :param chosen: every cell where it is left out
    """
    shutil.copytree(PARTS / "policies", folder / "bucket" / "policies")
    shutil.copy(PARTS / "parts.typ", folder / "bucket")
    for cell in cells() if chosen is None else chosen:
        for collection, things in cell.stripe.items():
            for id_, thing in things.items():
                _write(folder / "stripe" / collection / f"{id_}.json", json.dumps(thing, ensure_ascii=False, indent=2))
        charge = folder / "bucket" / "charges" / f"ch_1{cell.key}"
        _write(charge / "facts.json", json.dumps(cell.facts, ensure_ascii=False, indent=2))
        for name, source in cell.documents.items():
            _write(charge / "documents" / f"{name}.pdf.typ", source)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def _yaml(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((DATA / f"{name}.yaml").read_text("utf-8"))
    return content


def _document(key: str, product_type: str, facts: Facts, records: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    groups: dict[str, dict[str, Any]] = {}
    for name, value in facts.items():
        group, member = name.split(".")
        source, known = records[group]
        is_time = isinstance(value, str) and value.startswith("@")
        at = value if is_time else facts["order.placed_at"] if known == "purchase" else known
        groups.setdefault(group, {})[member] = {"value": value, "source": source, "at": at}
    return {"charge": f"ch_1{key}", "product_type": product_type, "facts": groups}


def _stripe(
    claim: str, story: Mapping[str, Any], key: str, facts: Facts, refund: Mapping[str, Any] | None
) -> dict[str, dict[str, dict[str, Any]]]:
    charge = _charge(story, key, facts)
    charges = {charge["id"]: charge}
    if story.get("earlier"):
        for number, created in enumerate(("@-150d 18:20", "@-200d 09:45"), 1):
            charges[f"ch_1{key}Earlier{number}"] = charge | {"created": created, "amount": 2900 * number}
    if story.get("other"):
        charges[f"ch_1{key}Other"] = charge | {"created": _two_days_before(charge["created"])}
    charge["disputed"] = True  # the copies made above stay undisputed
    refunds = _refunds(key, charge, refund) if refund else {}
    dispute = {
        "amount": charge["amount"],
        "charge": charge["id"],
        "created": _DISPUTED,
        "currency": charge["currency"],
        "evidence_details": {"due_by": "@+9d end"},
        "payment_intent": charge["payment_intent"],
        "reason": claim,
        "status": "needs_response",
        **_judge(story),
    }
    intent = {"amount": charge["amount"], "created": charge["created"], "currency": charge["currency"]}
    customer = {"name": facts["customer.name"], "email": facts["customer.email"], "created": charge["created"]}
    return {
        "customers": {charge["customer"]: customer},
        "payment_intents": {
            charge["payment_intent"]: intent | {"customer": charge["customer"], "latest_charge": charge["id"]}
        },
        "charges": {id_: thing | {"id": id_} for id_, thing in charges.items()},
        "refunds": refunds,
        "disputes": {f"du_1{key}": dispute},
    }


def _refunds(key: str, charge: dict[str, Any], refund: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """One refund, which the charge shows as well."""
    charge["amount_refunded"] = refund["amount"]
    details = {"type": "card", "card": {"type": "refund", "reference": refund["reference"]}}
    made = {"amount": refund["amount"], "charge": charge["id"], "created": refund["created"], "status": "succeeded"}
    return {f"re_1{key}": made | {"currency": charge["currency"], "destination_details": details}}


def _charge(story: Mapping[str, Any], key: str, facts: Facts) -> dict[str, Any]:
    card = {
        "authorization_code": "706112",
        "brand": story["network"],
        "checks": _PASSED,
        "fingerprint": f"Card{key}",
        "last4": "4242",
        "network": story["network"],
        "network_transaction_id": "100002667944723",
        **story.get("card", {}),
    }
    shipping = {"address": facts["checkout.shipping_address"]} if "checkout.shipping_address" in facts else None
    return {
        "id": f"ch_1{key}",
        "amount": facts["order.total"],
        "billing_details": {
            "address": facts["checkout.billing_address"],
            "email": facts["customer.email"],
            "name": facts["customer.name"],
        },
        "calculated_statement_descriptor": "FJORD & PINE",
        "created": facts["order.placed_at"],
        "currency": facts["order.currency"],
        "customer": f"cus_1{key}",
        "description": f"Order {facts['order.id']}: {facts['product.name']}",
        "outcome": {"risk_level": "normal", "risk_score": 18},
        "payment_intent": f"pi_1{key}",
        "payment_method_details": {"type": "link"} if story["network"] == "link" else {"type": "card", "card": card},
        "shipping": shipping,
    }


def _judge(story: Mapping[str, Any]) -> dict[str, Any]:
    if story["network"] == "link":
        return {"network_reason_code": story["code"], "payment_method_details": {"type": "link"}}
    kind = story.get("case") or ("inquiry" if story["network"] == "amex" else "chargeback")
    card = {"brand": story["network"], "case_type": kind, "network_reason_code": story["code"]}
    status = {"status": "warning_needs_response"} if kind == "inquiry" else {}
    return {"payment_method_details": {"type": "card", "card": card | {"network": story["network"]}}, **status}


def _two_days_before(moment: str) -> str:
    """`@-42d 13:10` of `@-40d 13:10`."""
    days, clock = moment.removeprefix("@-").split("d ")
    return f"@-{int(days) + 2}d {clock}"


def _typst(how: Mapping[str, Any], facts: Facts) -> str:
    """The source of a document, with its times still relative."""
    parts = ['#import "/parts.typ": *', f"#show: sheet.with({_string(how['title'])})"]
    rows = [(label, name) for label, name in how.get("rows", {}).items() if name in facts]
    if rows:
        lines = "".join(f"  ({_string(label)}, {_string(_put_in_words(name, facts[name]))}),\n" for label, name in rows)
        parts.append(f"#fields(\n{lines})")
    if "text" in how:
        parts.append(f"#{_string(how['text'])}")
    for message in facts.get(how.get("messages", ""), ()):
        who = facts["customer.name"] if message["author"] == "customer" else "Fjord & Pine"
        said = f"[#{_string(message['text'])}]"
        parts.append(f"#mail({_string(who)}, {_string(_put_in_words('', message['at']))}, {said})")
    rows_of_log = (
        " · ".join(_put_in_words("", part) for part in entry.values()) for entry in facts.get(how.get("log", ""), ())
    )
    parts.extend(f"#{_string(row)}\n" for row in rows_of_log)
    if "signed" in how and how["signed"] in facts:
        parts.append(f'#signature({_string(facts[how["signed"]])}, "")')
    return "\n".join(parts) + "\n"


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _put_in_words(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name in _MONEY:
        return f"USD {value / 100:.2f}"
    if isinstance(value, dict):
        return ", ".join(str(part) for part in value.values())
    if isinstance(value, list):
        return "; ".join(f"{item['quantity']} x {item['description']}" for item in value)
    if isinstance(value, str) and value.startswith("@"):
        return f"{{{value} time}}" if ":" in value else f"{{{value.removesuffix(' day')}}}"
    return str(value)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
