"""Schedules read from files: what a file states is written down as a transcript, and nothing of it is believed."""
