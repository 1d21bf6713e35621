"""One finished report, many papers: a renderer lays out what the report holds and computes no dose."""
