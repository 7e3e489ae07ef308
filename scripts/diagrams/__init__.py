"""Draws the pictures of the pages as SVG, from data. Pure."""
