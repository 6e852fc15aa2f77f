"""The ground floor: records that travel, tables that last, and the one store that keeps both."""
