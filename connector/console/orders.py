"""A connection's orders: the list, one order's story, and what may be asked for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from connector.console.guard import page, user
from connector.console.office import house, office
from connector.domain.identity import OrderRef
from connector.domain.journal import JournalEntry, Side
from connector.domain.progress import OrderState
from connector.domain.user import Role
from connector.flows import approvals, holds, listing, notices, replay, search, story, unposting
from connector.flows.listing import Question
from connector.records.runs import Run


@page("/c/<name>/orders", needs=Role.VIEWER)
def orders(name: str) -> ResponseReturnValue:
    """List orders; what is asked for stands in the address."""
    asked: Mapping[str, str] = request.args
    question = Question(**{one.name: asked[one.name] for one in fields(Question) if asked.get(one.name)})
    shown = listing.orders_of(house(), name, question)
    return render_template(
        "orders.html", connection=name, asked=question, shown=shown, states=list(OrderState), sorts=_SORTS
    )


_SORTS = (("number", "order"), ("placed", "placed"), ("total", "total"))


@page("/c/<name>/orders/<int:number>", needs=Role.VIEWER)
def order(name: str, number: int) -> ResponseReturnValue:
    """Tell an order's story."""
    told = story.of_order(house(), OrderRef(name, number))
    ids = {one.posting_key: one.id for one in told.postings}
    mark = notices.mark(told.order.reason)
    return render_template("order.html", connection=name, told=told, ids=ids, mark=mark)


@page("/c/<name>/orders/<int:number>/preview", needs=Role.VIEWER)
def preview(name: str, number: int) -> ResponseReturnValue:
    """Read an order from the store and show what would be posted."""
    seen = approvals.preview(house(), OrderRef(name, number))
    return render_template(
        "preview.html",
        connection=name,
        snapshot=seen.snapshot,
        plan=seen.plan,
        seen=seen,
        is_journal=_is_journal,
        debit=Side.DEBIT,
    )


def _is_journal(content: object) -> bool:
    return isinstance(content, JournalEntry)


@page("/c/<name>/orders/<int:number>/replay", needs=Role.OPERATOR, methods=("POST",))
def replay_order(name: str, number: int) -> ResponseReturnValue:
    """Run an order again on today's truth."""
    told = story.of_order(house(), OrderRef(name, number))
    return _asked(replay.replay(house(), f"o-{told.order.id}", by=user().actor), name, number, "is run again")


@page("/c/<name>/orders/<int:number>/hold", needs=Role.OPERATOR, methods=("POST",))
def hold_order(name: str, number: int) -> ResponseReturnValue:
    """Keep what an order still owes from being sent."""
    run = holds.hold(house(), OrderRef(name, number), why=request.form.get("why", ""), by=user().actor)
    return _asked(run, name, number, "is held")


@page("/c/<name>/orders/<int:number>/release", needs=Role.OPERATOR, methods=("POST",))
def release_order(name: str, number: int) -> ResponseReturnValue:
    """Let an order be booked that was held by hand."""
    return _asked(holds.release(house(), OrderRef(name, number), by=user().actor), name, number, "is released")


@page("/c/<name>/held", needs=Role.VIEWER)
def held(name: str) -> ResponseReturnValue:
    """Show held orders by what stops them."""
    return render_template("held.html", connection=name, causes=holds.causes(house(), name))


@page("/search", needs=Role.VIEWER, methods=("GET", "POST"))
def find() -> ResponseReturnValue:
    """Find orders of all connections. The form is sent, not put into the address: a buyer's e-mail is in no log."""
    text = request.values.get("text", "")
    found = search.find(house(), text)
    return render_template("search.html", text=text, found=found, most=search.MOST)


@page("/c/<name>/orders/<int:number>/unpost", needs=Role.OPERATOR)
def unposting_of(name: str, number: int) -> ResponseReturnValue:
    """Show what would be reversed, before anybody decides."""
    standing = unposting.of_order(house(), OrderRef(name, number))
    return render_template("unpost.html", connection=name, number=number, standing=standing)


@page("/c/<name>/orders/<int:number>/unpost", needs=Role.OPERATOR, methods=("POST",))
def unpost(name: str, number: int) -> ResponseReturnValue:
    """Ask for an order to leave the books."""
    unposting.of_order(house(), OrderRef(name, number))
    run = unposting.unpost(house(), OrderRef(name, number), by=user().actor)
    return _asked(run, name, number, "is being taken out of the books")


def _asked(run: Run | None, name: str, number: int, what: str) -> ResponseReturnValue:
    office().dispatch(run)
    flash(f"Order {number} {what}" + ("." if run else ", as soon as its turn comes."))
    return redirect(url_for("console.order", name=name, number=number))
