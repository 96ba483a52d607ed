"""The store as a Django app."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Label and name of the app."""

    name = "aigaq.store"
    label = "store"
