"""The rules of the report, from seat records to tables, without input or output."""
