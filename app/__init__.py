"""The service: answer pipeline, HTTP API, batches, chat page and command line."""
