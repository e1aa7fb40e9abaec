"""Measurements that print a table: each states its goal and exits with 1 when it is missed."""
