"""The web process: ``gunicorn webhooks.app:app``."""

from __future__ import annotations

from flask import Flask

from connector.settings import load_settings
from connector.telemetry import logs
from webhooks import bigcommerce, door, health, problems


def create_app(house: door.House) -> Flask:
    """Build the door of this house."""
    app = Flask("webhooks", static_folder=None)
    door.stand_before(house, app)
    app.register_blueprint(bigcommerce.blueprint)
    app.register_blueprint(health.blueprint)
    app.register_error_handler(Exception, problems.answer)
    return app


def __getattr__(name: str) -> Flask:
    """Build ``app`` from the environment when a server asks for it, so that a wrong setting stops the server's start.

    Importing this module for ``create_app`` needs no environment.
    """
    if name != "app":
        raise AttributeError(name)
    from connector.bootstrap import build_house
    from webhooks.entrance import entrance

    settings = load_settings()
    logs.configure(settings)
    return create_app(entrance(build_house(settings), settings))
