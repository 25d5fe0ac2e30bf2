"""The web process: ``gunicorn webhooks.app:app``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from connector.settings import load_settings
from connector.telemetry import logs, observers
from webhooks import bigcommerce, door, health, infor, problems

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def create_app(entrance: door.Entrance) -> Flask:
    """Build the door."""
    app = Flask("webhooks", static_folder=None)
    door.stand_before(entrance, app)
    app.register_blueprint(bigcommerce.blueprint)
    app.register_blueprint(infor.blueprint)
    app.register_blueprint(health.blueprint)
    app.register_error_handler(Exception, problems.answer)
    return app


def __getattr__(name: str) -> Flask:
    """Build ``app`` from the environment when a server asks for it, so that a wrong setting stops the server's start.

    Importing this module for ``create_app`` needs no environment.
    """
    if name != "app":
        raise AttributeError(name)
    from connector import console
    from connector.bootstrap import build_house
    from webhooks.house_door import HouseDoor
    from webhooks.office import office

    settings = load_settings()
    logs.configure(settings)
    observers.observe(settings, "web")
    house = build_house(settings)
    app = create_app(door.Entrance(HouseDoor(house), house.clock, settings))
    served = beside(app.wsgi_app, console.create_app(office(house, settings)).wsgi_app)
    if settings.proxies:
        served = ProxyFix(served, x_for=settings.proxies, x_proto=settings.proxies)
    app.wsgi_app = served  # type: ignore[assignment, method-assign]
    return app


def beside(door: WSGIApplication, console: WSGIApplication) -> WSGIApplication:
    """Serve both. Each is an app of its own: a webhook pays for no session and no form token."""

    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        served = console if path == "/console" or path.startswith("/console/") else door
        return served(environ, start_response)

    return serve
