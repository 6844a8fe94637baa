"""HTTP: request parsing, authorization, idempotency, responses, problems and the OpenAPI document."""
