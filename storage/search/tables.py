"""The tables of the index, which no model describes: made by a migration, and to be left alone by Alembic."""

PAIRS, ATOMS, GRAMS = "search_pairs", "search_atoms", "search_grams"


def is_ours_to_compare(name: str | None, kind: str, _parent: object) -> bool:
    """Alembic's ``include_name``: without it, a comparison would drop the index and what FTS5 keeps beside it."""
    return not (kind == "table" and name is not None and name.startswith((PAIRS, ATOMS, GRAMS)))
