"""Protocols, metrics and reports: how good the models are on given data."""
