"""The machinery below `core`. Nothing in here is public."""
