"""The shapes of the JSON documents that are printed; their schemas are made from them, and types keep the renderers to them."""
