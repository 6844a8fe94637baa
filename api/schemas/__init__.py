"""Requests and responses of the API, as marshmallow schemas: one module for each resource."""
