"""Official tables that a conversion flattened into text: where their labels stand, and what stands beside them."""
