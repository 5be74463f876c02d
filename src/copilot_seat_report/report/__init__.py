"""From seat records to tables: the rules of the report, with no input or output."""
