"""The face: words in, words out, exit code; no arithmetic and no rule lives here."""
