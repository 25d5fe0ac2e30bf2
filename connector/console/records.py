"""One record with all it keeps, and running it again."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from connector.console.guard import page, user
from connector.console.office import house, office
from connector.domain.faults import Misconfigured
from connector.domain.user import Role
from connector.flows import record_ids, replay, story
from connector.records.listing import Newest

LIMIT = 100


@page("/c/<name>/records", needs=Role.VIEWER)
def records(name: str) -> ResponseReturnValue:
    """List records of one kind, newest first."""
    kind, state = request.args.get("kind", "posting"), request.args.get("state", "")
    if kind not in story.LISTED:
        raise Misconfigured(f"there are no records of kind {kind}: {', '.join(story.LISTED)}")
    before = request.args.get("before", "")
    behind = record_ids.split_id(before)[1] if before else None
    lines = story.listed(house(), name, Newest(LIMIT, state or None, behind), kind=kind)
    older = lines[-1].id if len(lines) == LIMIT else ""
    return render_template(
        "records.html", connection=name, lines=lines, kinds=story.LISTED, kind=kind, state=state, older=older
    )


@page("/c/<name>/records/<record>", needs=Role.VIEWER)
def record(name: str, record: str) -> ResponseReturnValue:
    """Show one record, opened and redacted."""
    record_ids.check_owner(house(), record, name)
    return render_template("record.html", connection=name, shown=story.of_record(house(), record), record=record)


@page("/c/<name>/records/<record>/replay", needs=Role.OPERATOR, methods=("POST",))
def replay_record(name: str, record: str) -> ResponseReturnValue:
    """Run one record again on today's truth."""
    record_ids.check_owner(house(), record, name)
    office().dispatch(replay.replay(house(), record, by=user().actor))
    flash(f"{record} runs again.")
    return redirect(url_for("console.record", name=name, record=record))
