"""The formulary: curated, cited data, read strictly and refused when anything is unknown, empty or without a source."""
