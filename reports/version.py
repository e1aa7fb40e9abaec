"""The version of the parser: raised whenever a reading of the same bytes may come out differently."""

PARSER_VERSION = "6"
