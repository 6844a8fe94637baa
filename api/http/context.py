"""The stores of the application that is answering."""

from flask import current_app

from api.operations.stores import Stores


def stores() -> Stores:
    opened: Stores = current_app.extensions["okr-events"]
    return opened
