"""Why a cell says what it says."""
