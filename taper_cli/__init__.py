"""Tapering schedules from real products, judged against cited guidelines, for a prescriber to approve."""

__version__ = "0.1.0"
