"""The JSON API: what the pages show, for programs; its OpenAPI document is made of the same table as its routes."""
