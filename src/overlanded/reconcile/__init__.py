"""Observations cluster to devices; devices meet records and get a standing."""

from overlanded.reconcile.clusters import cluster
from overlanded.reconcile.reconciling import Reconciled, reconcile

__all__ = ["Reconciled", "cluster", "reconcile"]
