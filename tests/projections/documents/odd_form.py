"""A form whose rendering goes wrong in the way that its content names."""

import time

from projections.documents.optional_dependency import FormatUnavailable


def render(content):
    match content:
        case "never ends":
            time.sleep(3600)
        case "computes for ever":
            while True:
                pass
        case "lacks its library":
            raise FormatUnavailable("PDF", "pdf")
        case "is broken":
            raise ValueError("No such thing")
    return b"x" * content
